"""Who may make whom what."""

from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from commerce.accounts.errors import PermissionNotHeld
from commerce.accounts.values import AccountKind, Grant, Rights
from commerce.kit.actor import Actor, Permission
from commerce.kit.errors import Invalid

NONE = Rights()


def permissions_of(names: Iterable[str]) -> frozenset[Permission]:
    """Permissions as they are kept; those that no longer exist are passed over."""
    return frozenset(Permission(name) for name in names if name in Permission.__members__)


def rights_of(kind: str, own: Iterable[str], granted: Iterable[tuple[str | None, Iterable[str]]]) -> Rights:
    """What somebody may do everywhere, and in single channels: their own permissions and those of their roles."""
    if kind != AccountKind.STAFF:
        return NONE
    everywhere, within = set(permissions_of(own)), dict[UUID, frozenset[Permission]]()
    for channel, names in granted:
        if channel is None:
            everywhere |= permissions_of(names)
        else:
            key = UUID(channel)
            within[key] = within.get(key, frozenset()) | permissions_of(names)
    return Rights(frozenset(everywhere), within)


def in_order(permissions: Iterable[Permission]) -> list[Permission]:
    """Permissions in the order in which they are declared."""
    held = set(permissions)
    return [permission for permission in Permission if permission in held]


def check_granted(
    actor: Actor,
    wanted: Collection[Permission],
    held: Collection[Permission] = (),
    *,
    channel: UUID | None = None,
    field: Sequence[str | int] = ("input", "permissions"),
) -> None:
    """Nobody gives a permission that they do not hold themselves: in all channels, or in the one that it is for."""
    if len(set(wanted)) != len(wanted):
        raise Invalid(*field)
    for permission in in_order(set(wanted) - set(held)):
        if not (actor.may([permission]) if channel is None else actor.may_in(channel, [permission])):
            raise PermissionNotHeld(*field, permission=permission)


def check_grants(grants: Sequence[Grant]) -> None:
    """Each role is given once in each place."""
    for place, grant in enumerate(grants):
        if grant in grants[:place]:
            raise Invalid("input", "roles", place)
