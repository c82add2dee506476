"""Carts as the API says them."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, ClassVar
from uuid import UUID

import strawberry

from commerce.cart import actions
from commerce.cart.values import Addition, Filled, Line
from commerce.catalog.graphql import ProductVariant, load_variants
from commerce.channels.graphql import Channel, channel_of, selling
from commerce.channels.values import Market
from commerce.i18n import rules as i18n
from commerce.kit import ids
from commerce.kit.errors import Refusal, spoken
from commerce.kit.graphql import (
    ID,
    PUBLIC,
    Info,
    Money,
    Node,
    Payload,
    argument,
    batched,
    derived,
    described,
    described_enum,
    input_type,
    key_from,
    money,
    mutation,
    node_loader,
    object_type,
    query,
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


@object_type
class CartWarning:
    """Something about a cart that the customer should be told. What stops the checkout is among its requirements."""

    code: CartWarningCode = described("Kind.")
    message: str = described("Text to show, in the current locale.")
    line_id: ID | None = described("Line it is about; null for the whole cart.")


@object_type
class LineProperty:
    """A property of a line."""

    key: str = described("Key.")
    value: str = described("Value.")


@object_type
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


@object_type
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
    def note(self) -> str | None:
        """Note to the merchant."""
        return self.filled.basics.note

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


# ------------------------------------------------------------------------------------------------ inputs


@input_type
class LinePropertyInput:
    """A property of a line to add."""

    key: str = described("Key.")
    value: str = described("Value.")


@input_type
class CartLineInput:
    """A line to add. A line with the same variant and properties grows instead."""

    variant_id: ID = described("Variant.")
    quantity: int = described("How many, from 1 to 9999.", default=1)
    properties: list[LinePropertyInput] | None = described("Properties such as an engraving.", default=None)


@input_type
class CartLineUpdateInput:
    """A new quantity for a line."""

    line_id: ID = described("Line.")
    quantity: int = described("How many; 0 removes the line.")


@input_type
class CartCreateInput:
    """Starts a cart in the channel of the context."""

    lines: list[CartLineInput] | None = described("First lines.", default=None)
    currency_code: CurrencyCode | None = described("Currency; that of the context when left out.", default=None)
    country: CountryCode | None = described("Country; that of the context when left out.", default=None)
    idempotency_key: str | None = described("Equal for each retry: a retry gets the first cart.", default=None)


@input_type
class CartLinesAddInput:
    """Adds lines, all or none."""

    cart_id: ID = described("Cart.")
    lines: list[CartLineInput] = described("Lines.")
    expected_version: int | None = described("Refuse with CONFLICT when the cart has another version.", default=None)
    idempotency_key: str | None = described("Equal for each retry: a retry adds nothing more.", default=None)


@input_type
class CartLinesUpdateInput:
    """Changes quantities, all or none."""

    cart_id: ID = described("Cart.")
    lines: list[CartLineUpdateInput] = described("Lines.")
    expected_version: int | None = described("Refuse with CONFLICT when the cart has another version.", default=None)
    idempotency_key: str | None = described("Equal for each retry.", default=None)


@input_type
class CartNoteSetInput:
    """Sets the note to the merchant."""

    cart_id: ID = described("Cart.")
    note: str | None = described("Note, at most 2000 characters; null removes it.")
    idempotency_key: str | None = described("Equal for each retry.", default=None)


@object_type
class CartPayload(Payload):
    """Result of every cart mutation, so that one fragment serves them all."""

    cart: Cart | None = described(
        "The cart after the mutation, also when there were errors; null only when it was not found.", default=None
    )

    @classmethod
    async def refused(cls, refusals: Sequence[Refusal], info: Info, **arguments: Any) -> Any:
        payload = await super().refused(refusals, info, **arguments)
        cart_id = getattr(arguments.get("input"), "cart_id", None)
        if cart_id is not None:
            payload.cart = await _load(info, ids.decode(Cart.prefix, cart_id))
        return payload


def _additions(lines: Sequence[CartLineInput]) -> list[Addition]:
    return [
        Addition(
            key_from(ProductVariant.prefix, line.variant_id, "input", "lines", i, "variantId"),
            line.quantity,
            tuple((given.key, given.value) for given in line.properties or ()),
        )
        for i, line in enumerate(lines)
    ]


async def _load(info: Info, key: UUID | None) -> Cart | None:
    found = await actions.filled(info.context, selling(info), key) if key else None
    return cart_of(found) if found else None


@node_loader(Cart.prefix)
async def _carts(keys: Sequence[UUID], info: Info) -> Sequence[Node | None]:
    return [await _load(info, key) for key in keys]


@strawberry.type
class CartQuery:
    @query(PUBLIC)
    async def cart(self, info: Info, id: Annotated[ID, argument("Cart.")]) -> Cart | None:
        """One cart by its id."""
        return await _load(info, ids.decode(Cart.prefix, id))


@strawberry.type
class CartMutation:
    @mutation(PUBLIC)
    async def cart_create(self, info: Info, input: CartCreateInput) -> CartPayload:
        """Starts a cart. Codes: INVALID, NOT_FOUND, UNAVAILABLE, NO_PRICE, OUT_OF_STOCK, LIMIT_EXCEEDED, WRONG_CURRENCY."""
        additions = _additions(input.lines or [])
        async with info.context.transaction() as session:
            filled = await actions.create(session, selling(info), additions, input.currency_code, input.country)
            session.answer = ids.encode(Cart.prefix, filled.basics.key)
        return CartPayload(cart=cart_of(filled))

    @mutation(PUBLIC)
    async def cart_lines_add(self, info: Info, input: CartLinesAddInput) -> CartPayload:
        """Adds lines. Codes: INVALID, NOT_FOUND, UNAVAILABLE, NO_PRICE, OUT_OF_STOCK, LIMIT_EXCEEDED, CONFLICT, STATE_NOT_ALLOWED."""
        key = key_from(Cart.prefix, input.cart_id, "input", "cartId")
        additions = _additions(input.lines)
        async with info.context.transaction() as session:
            filled = await actions.add_lines(session, selling(info), key, additions, input.expected_version)
            session.answer = input.cart_id
        return CartPayload(cart=cart_of(filled))

    @mutation(PUBLIC)
    async def cart_lines_update(self, info: Info, input: CartLinesUpdateInput) -> CartPayload:
        """Changes quantities; 0 removes a line. Codes: INVALID, NOT_FOUND, UNAVAILABLE, NO_PRICE, OUT_OF_STOCK, LIMIT_EXCEEDED, CONFLICT, STATE_NOT_ALLOWED."""
        key = key_from(Cart.prefix, input.cart_id, "input", "cartId")
        quantities = [(ids.decode(CartLine.prefix, line.line_id), line.quantity) for line in input.lines]
        async with info.context.transaction() as session:
            filled = await actions.set_quantities(session, selling(info), key, quantities, input.expected_version)
            session.answer = input.cart_id
        return CartPayload(cart=cart_of(filled))

    @mutation(PUBLIC)
    async def cart_note_set(self, info: Info, input: CartNoteSetInput) -> CartPayload:
        """Sets the note to the merchant. Codes: INVALID, NOT_FOUND, STATE_NOT_ALLOWED."""
        key = key_from(Cart.prefix, input.cart_id, "input", "cartId")
        async with info.context.transaction() as session:
            filled = await actions.set_note(session, selling(info), key, input.note)
            session.answer = input.cart_id
        return CartPayload(cart=cart_of(filled))
