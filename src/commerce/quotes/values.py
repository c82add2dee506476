"""What goes into a quote, and the quote itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from commerce.catalog.values import VariantForSale
from commerce.channels.values import Market
from commerce.customers.values import Standing
from commerce.kit.errors import Refusal
from commerce.kit.money import Money
from commerce.shipping.values import ShippingMethod


@dataclass(frozen=True, slots=True)
class Wanted:
    """So many of a variant; `key` is the line that wants them."""

    key: UUID
    variant_key: UUID
    quantity: int


@dataclass(frozen=True, slots=True)
class Occasion:
    """For whom, where and when it is quoted. Without a `region` or `is_addressed`, tax and shipping are estimates."""

    market: Market
    currency: str
    country: str
    now: datetime
    region: str | None = None
    is_addressed: bool = False
    method_key: UUID | None = None
    groups: frozenset[Standing] = frozenset()
    """The groups that the customer is in at this moment."""

    @property
    def is_tax_exempt(self) -> bool:
        """Whether one of the groups buys without tax."""
        return any(group.is_tax_exempt for group in self.groups)


@dataclass(frozen=True, slots=True)
class Item:
    """A line that can be bought: how many, of what, at which price for one."""

    key: UUID
    variant: VariantForSale
    quantity: int
    unit: Money
    compare_at: Money | None = None


@dataclass(frozen=True, slots=True)
class Basket:
    """All that a quote is computed from."""

    currency: str
    includes_tax: bool
    items: tuple[Item, ...]
    rates: Mapping[str, int]
    """Tax class → rate in parts per million."""
    method: ShippingMethod | None = None
    is_addressed: bool = False
    is_tax_exempt: bool = False


@dataclass(frozen=True, slots=True)
class Share:
    """What falls to one line of an adjustment, as a positive amount."""

    line_key: UUID
    amount: Money


@dataclass(frozen=True, slots=True)
class Adjustment:
    """Something that lowers the lines or the shipping, with its shares."""

    code: str
    title: str
    amount: Money
    shares: tuple[Share, ...] = ()


@dataclass(frozen=True, slots=True)
class QuotedLine:
    """A line with its sums."""

    item: Item
    subtotal: Money
    discount: Money
    total: Money
    tax: Money
    ppm: int


@dataclass(frozen=True, slots=True)
class Quote:
    """What it would cost. `subtotal - discount + shipping + (tax, unless included) = total` holds exactly."""

    basket: Basket
    lines: tuple[QuotedLine, ...]
    adjustments: tuple[Adjustment, ...]
    shipping: Money
    shipping_tax: Money
    shipping_ppm: int = 0

    @property
    def currency(self) -> str:
        return self.basket.currency

    @property
    def subtotal(self) -> Money:
        return Money.total((line.subtotal for line in self.lines), self.currency)

    @property
    def discount(self) -> Money:
        return Money.total((line.discount for line in self.lines), self.currency)

    @property
    def tax(self) -> Money:
        return Money.total((line.tax for line in self.lines), self.currency) + self.shipping_tax

    @property
    def total(self) -> Money:
        before_tax = self.subtotal - self.discount + self.shipping
        return before_tax if self.basket.includes_tax else before_tax + self.tax

    @property
    def is_estimate(self) -> bool:
        """Whether the address or the way to ship is still open."""
        return not self.basket.is_addressed or self.basket.method is None


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a wanted line cannot be bought as it is."""

    line_key: UUID
    reason: type[Refusal]
    available: int | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """A quote for what can be bought, with what stands in its way and the ways to ship it."""

    quote: Quote
    variants: Mapping[UUID, VariantForSale]
    problems: tuple[Problem, ...] = ()
    methods: tuple[ShippingMethod, ...] = field(default=())
