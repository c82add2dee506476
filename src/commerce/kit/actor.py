"""Who asks."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class ActorKind(StrEnum):
    """What sort of caller it is."""

    GUEST = "GUEST"
    CUSTOMER = "CUSTOMER"
    STAFF = "STAFF"
    APP = "APP"
    SYSTEM = "SYSTEM"


class Permission(StrEnum):
    """What a staff member or an app may do."""

    PRODUCTS_READ = "PRODUCTS_READ"
    PRODUCTS_WRITE = "PRODUCTS_WRITE"
    STOCK_WRITE = "STOCK_WRITE"
    SETTINGS_WRITE = "SETTINGS_WRITE"
    ORDERS_READ = "ORDERS_READ"
    ORDERS_WRITE = "ORDERS_WRITE"
    CUSTOMERS_READ = "CUSTOMERS_READ"
    CUSTOMERS_WRITE = "CUSTOMERS_WRITE"
    CUSTOMERS_IMPERSONATE = "CUSTOMERS_IMPERSONATE"
    PERSONAL_DATA_READ = "PERSONAL_DATA_READ"
    STAFF_WRITE = "STAFF_WRITE"
    APPS_WRITE = "APPS_WRITE"
    AUDIT_READ = "AUDIT_READ"


PERMISSION_MEANINGS = {
    Permission.PRODUCTS_READ: "See unpublished products and catalog settings.",
    Permission.PRODUCTS_WRITE: "Change the catalog and its prices.",
    Permission.STOCK_WRITE: "Change stock.",
    Permission.SETTINGS_WRITE: "Change channels, tax, shipping and other settings.",
    Permission.ORDERS_READ: "See all orders, with personal data masked.",
    Permission.ORDERS_WRITE: "Fulfill, cancel and refund orders.",
    Permission.CUSTOMERS_READ: "See customers, with personal data masked.",
    Permission.CUSTOMERS_WRITE: "Change customers and their groups.",
    Permission.CUSTOMERS_IMPERSONATE: "Act as a customer; each deed is recorded.",
    Permission.PERSONAL_DATA_READ: "See personal data unmasked, for a reason that is recorded.",
    Permission.STAFF_WRITE: "Manage staff members and roles.",
    Permission.APPS_WRITE: "Manage apps of integrators and their tokens.",
    Permission.AUDIT_READ: "See the record of what staff and apps did.",
}


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks: a guest, a customer, a staff member, an app, or the shop itself."""

    kind: ActorKind
    id: UUID | None = None
    permissions: frozenset[Permission] = frozenset()
    """What it may do everywhere."""
    session: UUID | None = None
    """The sign-in that the request came by."""
    until: datetime | None = None
    """When what the caller showed stops to be good; None when it does not."""
    within: Mapping[UUID, frozenset[Permission]] = field(default_factory=dict, hash=False)
    """What it may do in single channels, by their keys."""
    behind: UUID | None = None
    """The staff member who acts as this customer."""

    def may(self, permissions: Collection[Permission]) -> bool:
        """Whether any of these permissions is held everywhere. The shop itself may do everything."""
        return self.kind is ActorKind.SYSTEM or not self.permissions.isdisjoint(permissions)

    def may_somewhere(self, permissions: Collection[Permission]) -> bool:
        """Whether any of these permissions is held, be it in one channel only."""
        return self.may(permissions) or any(not held.isdisjoint(permissions) for held in self.within.values())

    def may_in(self, channel: UUID, permissions: Collection[Permission]) -> bool:
        """Whether any of these permissions is held in a channel."""
        return self.may(permissions) or not self.within.get(channel, frozenset()).isdisjoint(permissions)

    def channels(self, permissions: Collection[Permission]) -> list[UUID] | None:
        """The channels in which any of these permissions is held; None for all that there are and will be."""
        if self.may(permissions):
            return None
        return sorted(channel for channel, held in self.within.items() if not held.isdisjoint(permissions))

    @property
    def is_known(self) -> bool:
        return self.kind is not ActorKind.GUEST

    @property
    def is_person(self) -> bool:
        """Whether somebody has signed in, who may also be a customer."""
        return self.kind in (ActorKind.CUSTOMER, ActorKind.STAFF)

    @property
    def person(self) -> UUID | None:
        """Whose things are the caller's own: the key of the account that has signed in; None for all others."""
        return self.id if self.is_person else None

    @property
    def scope(self) -> str:
        """Whose idempotency keys these are, and who did something: both actors where staff acts as a customer."""
        acting = f"{self.kind}:{self.id}" if self.id else str(self.kind)
        return f"{acting} by STAFF:{self.behind}" if self.behind else acting


GUEST = Actor(ActorKind.GUEST)
SHOP = Actor(ActorKind.SYSTEM)
