"""What somebody may do everywhere, in one channel, and in somebody else's place."""

from commerce.kit.actor import GUEST, SHOP, Actor, ActorKind, Permission
from commerce.kit.ids import new_key

READ, WRITE = Permission.ORDERS_READ, Permission.ORDERS_WRITE
WEB, MINI = new_key(), new_key()


def test_what_is_held_in_one_channel_is_held_nowhere_else() -> None:
    bound = Actor(ActorKind.STAFF, new_key(), within={WEB: frozenset([READ])})
    assert (bound.may([READ]), bound.may_somewhere([READ])) == (False, True)
    assert (bound.may_in(WEB, [READ]), bound.may_in(MINI, [READ]), bound.may_in(WEB, [WRITE])) == (True, False, False)
    assert (bound.channels([READ]), bound.channels([WRITE])) == ([WEB], [])


def test_what_is_held_everywhere_is_held_in_every_channel() -> None:
    free = Actor(ActorKind.STAFF, new_key(), frozenset([READ]), within={WEB: frozenset([WRITE])})
    assert (free.may([READ]), free.may_in(MINI, [READ]), free.channels([READ])) == (True, True, None)
    assert (free.may([WRITE]), free.channels([READ, WRITE]), free.channels([WRITE])) == (False, None, [WEB])


def test_the_shop_may_do_everything_and_guests_nothing() -> None:
    assert (SHOP.may([WRITE]), SHOP.channels([WRITE])) == (True, None)
    assert (GUEST.may_somewhere(list(Permission)), GUEST.channels(list(Permission)), GUEST.is_known) == (
        False,
        [],
        False,
    )


def test_people_have_things_of_their_own_and_apps_do_not() -> None:
    key = new_key()
    persons = [Actor(kind, key).person for kind in ActorKind]
    assert persons == [None, key, key, None, None]


def test_who_acts_for_somebody_else_is_named_beside_them() -> None:
    customer, staff = new_key(), new_key()
    acting = Actor(ActorKind.CUSTOMER, customer, behind=staff)
    assert acting.scope == f"CUSTOMER:{customer} by STAFF:{staff}"
    assert acting.scope != Actor(ActorKind.CUSTOMER, customer).scope
