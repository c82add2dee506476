"""Ways to ship, as others speak of them."""

from dataclasses import dataclass
from uuid import UUID

from commerce.i18n.values import Texts
from commerce.kit.money import Money


@dataclass(frozen=True, slots=True)
class ShippingMethod:
    """A way to ship to one country in one currency. From a subtotal of `free_over` on it costs nothing."""

    key: UUID
    code: str
    name: Texts
    description: Texts
    amount: Money
    free_over: Money | None
    tax_class: str
    min_days: int | None
    max_days: int | None


@dataclass(frozen=True, slots=True)
class Rate:
    """What a method costs in a currency, whatever is shipped; nothing from a subtotal of `free_over` on."""

    amount: Money
    free_over: Money | None = None


@dataclass(frozen=True, slots=True)
class Zone:
    """Countries that are shipped to alike."""

    key: UUID
    code: str
    name: Texts
    countries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Method:
    """A way to ship as staff see it, without its rates."""

    key: UUID
    zone_key: UUID
    channel_key: UUID
    code: str
    name: Texts
    description: Texts
    min_days: int | None
    max_days: int | None
    tax_class: str
    position: int
    is_active: bool
