"""Carts as the API shows them."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

import strawberry

from commerce.cart.values import Filled, Line
from commerce.catalog.graphql import ProductVariant, load_variants
from commerce.channels.graphql import Channel, channel_of
from commerce.channels.values import Market
from commerce.i18n import rules as i18n
from commerce.kit import ids
from commerce.kit.errors import spoken
from commerce.kit.graphql import (
    ID,
    OWNER,
    PART,
    Info,
    Money,
    Node,
    batched,
    derived,
    described,
    described_enum,
    money,
    object_type,
)
from commerce.kit.money import Money as Amount
from commerce.kit.scalars import CountryCode, CurrencyCode
from commerce.pricing.graphql import Price, price_of
from commerce.pricing.values import Price as PriceValue
from commerce.quotes.errors import NotSoldHere
from commerce.quotes.graphql import Totals, totals_of
from commerce.quotes.values import QuotedLine


class CartWarningCode(StrEnum):
    """Kind of a cart warning."""

    OUT_OF_STOCK = "OUT_OF_STOCK"
    PRICE_CHANGED = "PRICE_CHANGED"
    UNAVAILABLE = "UNAVAILABLE"
    LIMIT_EXCEEDED = "LIMIT_EXCEEDED"


described_enum(
    {
        CartWarningCode.OUT_OF_STOCK: "Fewer on stock than the line wants. The quantity stays until it is changed.",
        CartWarningCode.PRICE_CHANGED: "The price differs from the one at which the line was last touched.",
        CartWarningCode.UNAVAILABLE: "The variant is no longer sold here; the line counts for nothing.",
        CartWarningCode.LIMIT_EXCEEDED: "More than may be bought at once.",
    }
)(CartWarningCode)

_WARNINGS = {
    "OUT_OF_STOCK": (CartWarningCode.OUT_OF_STOCK, spoken("Only {available} of this are left.")),
    "LIMIT_EXCEEDED": (CartWarningCode.LIMIT_EXCEEDED, spoken("At most {available} of this may be bought at once.")),
    "UNAVAILABLE": (CartWarningCode.UNAVAILABLE, NotSoldHere.message),
    "NO_PRICE": (CartWarningCode.UNAVAILABLE, NotSoldHere.message),
}
PRICE_CHANGED = spoken("The price changed from {before} to {after}.")


@object_type(PART)
class CartWarning:
    """Something about a cart that the customer should be told. What stops the checkout is among its requirements."""

    code: CartWarningCode = described("Kind.")
    message: str = described("Text to show, in the current locale.")
    line_id: ID | None = described("Line it is about; null for the whole cart.")


@object_type(PART)
class LineProperty:
    """A property of a line."""

    key: str = described("Key.")
    value: str = described("Value.")


@object_type(OWNER)
class CartLine(Node):
    """A line of a cart."""

    prefix: ClassVar[str] = "cart_line"
    line: strawberry.Private[Line]
    quoted: strawberry.Private[QuotedLine | None]
    unit: strawberry.Private[Amount]
    market: strawberry.Private[Market]

    @batched
    async def variant(lines: list["CartLine"], info: Info) -> list[ProductVariant | None]:
        """What is bought; null when it has left the assortment."""
        return await load_variants(info, [line.line.variant_key for line in lines])

    @derived
    def title(self, info: Info) -> str:
        """Name as it was when the line was last touched, so that it can always be shown."""
        return i18n.pick(self.line.title, info.context.locales)

    @derived
    def quantity(self) -> int:
        """How many."""
        return self.line.quantity

    @derived
    def unit_price(self) -> Price:
        """Price of one, before discounts. The last known one when the variant has left the assortment."""
        compare_at = self.quoted.item.compare_at if self.quoted else None
        tax_class = self.quoted.item.variant.tax_class if self.quoted else "standard"
        return price_of(PriceValue(self.unit, compare_at), self.line.variant_key, tax_class, self.market)

    @derived
    def subtotal(self) -> Money:
        """Quantity times unit price; zero when it cannot be bought."""
        return money(self.quoted.subtotal if self.quoted else Amount.zero(self.unit.currency))

    @derived
    def total(self) -> Money:
        """`subtotal` minus discounts."""
        return money(self.quoted.total if self.quoted else Amount.zero(self.unit.currency))

    @derived
    def properties(self) -> list[LineProperty]:
        """Properties such as an engraving."""
        return [LineProperty(key=key, value=value) for key, value in self.line.properties]


@object_type(OWNER)
class Cart(Node):
    """
    A basket. A guest's cart is opened by whoever knows its id, which is random: keep it as a secret, like a session
    token. Its channel and currency are fixed; the locale follows the context.
    """

    prefix: ClassVar[str] = "cart"
    filled: strawberry.Private[Filled]

    @derived
    def version(self) -> int:
        """Grows with every change. Send it as `expectedVersion` to refuse to overwrite an unseen change."""
        return self.filled.basics.version

    @derived
    def channel(self) -> Channel:
        """Channel."""
        return channel_of(self.filled.basics.market)

    @derived
    def currency_code(self) -> CurrencyCode:
        """Currency of all amounts."""
        return CurrencyCode(self.filled.basics.currency)

    @derived
    def country(self) -> CountryCode:
        """Country that prices and taxes are estimated for."""
        return CountryCode(self.filled.basics.country)

    @derived
    def is_open(self) -> bool:
        """Whether it can be changed: not while it is paid for, and not after it was ordered."""
        return self.filled.basics.state == "OPEN"

    @derived
    def lines(self) -> list[CartLine]:
        """All lines, oldest first: at most 500, hence not paged."""
        quoted = {line.item.key: line for line in self.filled.offer.quote.lines}
        return [_line(self.filled, line, quoted.get(line.key)) for line in self.filled.lines]

    @derived
    def total_quantity(self) -> int:
        """Sum of the quantities."""
        return sum(line.quantity for line in self.filled.lines)

    @derived
    def totals(self) -> Totals:
        """Sums."""
        return totals_of(self.filled.offer.quote)

    @derived
    def warnings(self, info: Info) -> list[CartWarning]:
        """What changed or needs attention since the customer last touched the lines, in the order of the lines."""
        return _warnings(self.filled, info)

    @derived
    def note(self, info: Info) -> str | None:
        """Note to the merchant."""
        return info.context.vault.open_any("note", self.filled.basics.note)

    @derived
    def expires_at(self) -> datetime:
        """When an idle cart is removed."""
        return self.filled.basics.expires_at


def cart_of(filled: Filled) -> Cart:
    return Cart(key=filled.basics.key, filled=filled)


def _line(filled: Filled, line: Line, quoted: QuotedLine | None) -> CartLine:
    unit = quoted.item.unit if quoted else Amount(line.unit_amount, filled.basics.currency)
    return CartLine(key=line.key, line=line, quoted=quoted, unit=unit, market=filled.basics.market)


def _warnings(filled: Filled, info: Info) -> list[CartWarning]:
    say, locales = info.context.translate, info.context.locales
    problems = {problem.line_key: problem for problem in filled.offer.problems}
    units = {line.item.key: line.item.unit for line in filled.offer.quote.lines}
    found = []
    for line in filled.lines:
        line_id = ID(ids.encode(CartLine.prefix, line.key))
        if problem := problems.get(line.key):
            code, message = _WARNINGS[problem.reason.code]
            text = say(message, locales).format(available=problem.available)
            found.append(CartWarning(code=code, message=text, line_id=line_id))
        before, after = Amount(line.unit_amount, filled.basics.currency), units.get(line.key)
        if after is not None and after != before:
            shown = {"before": before.formatted(locales[0]), "after": after.formatted(locales[0])}
            text = say(PRICE_CHANGED, locales).format(**shown)
            found.append(CartWarning(code=CartWarningCode.PRICE_CHANGED, message=text, line_id=line_id))
    return found
