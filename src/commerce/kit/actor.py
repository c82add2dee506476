"""Who asks."""

from collections.abc import Collection
from dataclasses import dataclass
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
    STAFF_WRITE = "STAFF_WRITE"


PERMISSION_MEANINGS = {
    Permission.PRODUCTS_READ: "See unpublished products and catalog settings.",
    Permission.PRODUCTS_WRITE: "Change the catalog and its prices.",
    Permission.STOCK_WRITE: "Change stock.",
    Permission.SETTINGS_WRITE: "Change channels, tax, shipping and other settings.",
    Permission.ORDERS_READ: "See all orders.",
    Permission.ORDERS_WRITE: "Fulfill, cancel and refund orders.",
    Permission.STAFF_WRITE: "Manage staff members.",
}


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks: a guest, a customer, a staff member, an app, or the shop itself."""

    kind: ActorKind
    id: UUID | None = None
    permissions: frozenset[Permission] = frozenset()
    session: UUID | None = None
    """The sign-in that the request came by."""
    until: datetime | None = None
    """When what the caller showed stops to be good; None when it does not."""

    def may(self, permissions: Collection[Permission]) -> bool:
        """Whether any of these permissions is held. The shop itself may do everything."""
        return self.kind is ActorKind.SYSTEM or not self.permissions.isdisjoint(permissions)

    @property
    def is_known(self) -> bool:
        return self.kind is not ActorKind.GUEST

    @property
    def scope(self) -> str:
        """Whose idempotency keys these are."""
        return f"{self.kind}:{self.id}" if self.id else self.kind


GUEST = Actor(ActorKind.GUEST)
SHOP = Actor(ActorKind.SYSTEM)
