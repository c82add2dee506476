"""Two accounts that become one keep all that belonged to either."""

from uuid import UUID

from commerce.customers import actions, queries
from commerce.customers.actions import privacy
from commerce.customers.models import Group
from commerce.customers.values import ConsentPurpose, ErasureStatus
from commerce.directory.values import Address
from commerce.kit.actor import Actor, ActorKind
from commerce.kit.people import merges
from tests.conftest import ShopUnderTest, TestClock
from tests.customers.factory import make_customer
from tests.shopfront import open_shop

HOME = Address("Mia Park", "DE", ("Hafenstraße 1",), city="Hamburg", postal_code="20457")
SHOP = Actor(ActorKind.SYSTEM)


async def settle(shop: ShopUnderTest, key: UUID, groups: list[UUID], *purposes: str) -> None:
    async with shop.context().transaction() as session:
        await actions.add_address(session, key, HOME, shipping=False, billing=False)
        for group in groups:
            await queries.add_members(session, group, [key])
        for purpose in purposes:
            await actions.grant(session, key, ConsentPurpose(purpose), "1", {"client": "", "actor": "x"})


async def test_a_merge_keeps_addresses_groups_consents_and_presence(shop: ShopUnderTest) -> None:
    goods = await open_shop(shop)
    web, asia = goods.channels["web"], goods.channels["asia"]
    one = await make_customer(shop, channels=[web])
    other = await make_customer(shop, "ben@example.com", channels=[web, asia])
    async with shop.context().transaction() as session:
        both, only = (Group(code=c, name=c, created_at=session.now()) for c in ("both", "only"))
        session.add_all([both, only])
    await settle(shop, one, [both.id], "ANALYTICS")
    await settle(shop, other, [both.id, only.id], "ANALYTICS", "MARKETING_EMAIL")
    async with shop.context().transaction() as session:
        await actions.set_note(session, SHOP, other, "Likes tea")
        await actions.request_erasure(session, SHOP, other, 7)
        await actions.request_export(session, SHOP, other)
    async with shop.context().transaction() as session:
        for give in merges.values():
            await give(session, other, one)
    context = shop.context()
    kept, gone = await queries.addresses_of(context, [one, other])
    assert (len(kept), gone) == (2, [])
    assert [(a.is_default_shipping, a.is_default_billing) for a in kept] == [(True, True), (False, False)]
    groups, none = await queries.groups_of_each(context, [one, other])
    assert ([group.code for group in groups], none) == (["both", "only"], [])
    consents, none_left = await queries.consents_of(context, [one, other])
    assert (len(consents), none_left) == (3, [])
    for purpose in ("ANALYTICS", "MARKETING_EMAIL"):
        assert await queries.allows(context, one, purpose)
    presence = await queries.presence_of(context, [one, other])
    assert (set(presence[0]), presence[1]) == ({web, asia}, [])
    [info] = await queries.customers(context, [one])
    assert info.note == "Likes tea"
    [mine, theirs] = await queries.erasures_of(context, [one, other])
    assert mine is None
    assert theirs is not None
    assert theirs.state == ErasureStatus.CANCELED
    assert len((await queries.exports_of(context, [one]))[0]) == 1


async def test_a_merge_into_somebody_new_takes_everything_over(shop: ShopUnderTest) -> None:
    one, other = await make_customer(shop), await make_customer(shop, "ben@example.com")
    await settle(shop, other, [], "ANALYTICS")
    for _ in range(2):  # again changes nothing
        async with shop.context().transaction() as session:
            await privacy.give(session, other, one)
    [book] = await queries.addresses_of(shop.context(), [one])
    assert [(a.address, a.is_default_shipping) for a in book] == [(HOME, True)]


async def test_what_somebody_said_last_counts_after_a_merge(shop: ShopUnderTest, clock: TestClock) -> None:
    """Whoever has withdrawn a consent is not taken by their word of before, given with the other account."""
    one, other = await make_customer(shop), await make_customer(shop, "ben@example.com")
    email, phone, third = ConsentPurpose.MARKETING_EMAIL, ConsentPurpose.MARKETING_PHONE, ConsentPurpose.THIRD_PARTIES
    proof = {"client": "", "actor": "x"}
    said = (
        (other, email, True), (one, email, True), (one, email, False),  # withdrawn by the one that stays
        (one, phone, True), (other, phone, True), (other, phone, False),  # withdrawn by the one that goes
        (one, third, True), (one, third, False), (other, third, True),  # allowed at last
    )  # fmt: skip
    for person, purpose, is_granted in said:
        clock.advance(minutes=1)
        async with shop.context().transaction() as session:
            if is_granted:
                await actions.grant(session, person, purpose, "1", proof)
            else:
                await actions.withdraw(session, person, purpose)
    async with shop.context().transaction() as session:
        await privacy.give(session, other, one)
    allowed = [await queries.allows(shop.context(), one, purpose) for purpose in (email, phone, third)]
    assert allowed == [False, False, True]
