"""Who may make whom what."""

from collections.abc import Collection, Iterable
from uuid import UUID

from commerce.accounts.errors import LastStaffManager, PermissionNotHeld
from commerce.kit.actor import Actor, Permission
from commerce.kit.errors import Invalid


def permissions_of(names: Iterable[str]) -> frozenset[Permission]:
    """Permissions as they are kept; those that no longer exist are passed over."""
    return frozenset(Permission(name) for name in names if name in Permission.__members__)


def rights_of(
    own: Iterable[str], granted: Iterable[tuple[str | None, Iterable[str]]]
) -> tuple[frozenset[Permission], dict[UUID, frozenset[Permission]]]:
    """What somebody may do everywhere, and in single channels: their own permissions and those of their roles."""
    everywhere, within = set(permissions_of(own)), dict[UUID, frozenset[Permission]]()
    for channel, names in granted:
        if channel is None:
            everywhere |= permissions_of(names)
        else:
            key = UUID(channel)
            within[key] = within.get(key, frozenset()) | permissions_of(names)
    return frozenset(everywhere), within


def in_order(permissions: Iterable[Permission]) -> list[Permission]:
    """Permissions in the order in which they are declared."""
    held = set(permissions)
    return [permission for permission in Permission if permission in held]


def check_granted(actor: Actor, wanted: Collection[Permission], held: Collection[Permission] = ()) -> None:
    """Nobody gives a permission that they do not hold themselves."""
    if len(set(wanted)) != len(wanted):
        raise Invalid("input", "permissions")
    for permission in in_order(set(wanted) - set(held)):
        if not actor.may([permission]):
            raise PermissionNotHeld("input", "permissions", permission=permission)


def check_still_managed(key: UUID, managers: Collection[UUID], *, remains: bool, field: str) -> None:
    """The last one who manages the staff stays so."""
    if not remains and set(managers) == {key}:
        raise LastStaffManager("input", field)
