"""Carts read and changed through the API."""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

import strawberry

from commerce.cart import actions
from commerce.cart.errors import KeyTooShort
from commerce.cart.graphql.types import Cart, CartLine, cart_of
from commerce.cart.values import Addition
from commerce.catalog.graphql import ProductVariant
from commerce.channels.graphql import selling
from commerce.kit import ids
from commerce.kit.errors import Refusal
from commerce.kit.graphql import (
    ID,
    OWNER,
    PART,
    PUBLIC,
    Info,
    Node,
    Payload,
    argument,
    described,
    input_type,
    key_from,
    mutation,
    node_loader,
    object_type,
    person,
    query,
)
from commerce.kit.scalars import CountryCode, CurrencyCode

SHORTEST_GUESTS_KEY = 16


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
    idempotency_key: str | None = described(
        "Equal for each retry: a retry gets the first cart. At least 16 characters for guests, such as a UUID.",
        default=None,
    )


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


@object_type(PART)
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
            payload.cart = await load_cart(info, ids.decode(Cart.prefix, cart_id))
        return payload


def _check_guests_key(info: Info) -> None:
    """A new cart is the guest's secret, so the key that would show it again must be as hard to guess."""
    claim = info.context.claim
    if claim is not None and not info.context.actor.is_known and len(claim.key) < SHORTEST_GUESTS_KEY:
        raise KeyTooShort("input", "idempotencyKey", least=SHORTEST_GUESTS_KEY)


def _additions(lines: Sequence[CartLineInput]) -> list[Addition]:
    return [
        Addition(
            key_from(ProductVariant.prefix, line.variant_id, "input", "lines", i, "variantId"),
            line.quantity,
            tuple((given.key, given.value) for given in line.properties or ()),
        )
        for i, line in enumerate(lines)
    ]


async def load_cart(info: Info, key: UUID | None) -> Cart | None:
    """A cart that the caller may open; None for all others."""
    found = await actions.filled(info.context, selling(info), person(info), key) if key else None
    return cart_of(found) if found else None


@node_loader(Cart.prefix)
async def _carts(keys: Sequence[UUID], info: Info) -> Sequence[Node | None]:
    return [await load_cart(info, key) for key in keys]


@strawberry.type
class CartQuery:
    @query(OWNER)
    async def cart(self, info: Info, id: Annotated[ID, argument("Cart.")]) -> Cart | None:
        """One cart by its id."""
        return await load_cart(info, ids.decode(Cart.prefix, id))


@strawberry.type
class CartMutation:
    @mutation(PUBLIC)
    async def cart_create(self, info: Info, input: CartCreateInput) -> CartPayload:
        """Starts a cart. Codes: INVALID, NOT_FOUND, UNAVAILABLE, NO_PRICE, OUT_OF_STOCK, LIMIT_EXCEEDED, WRONG_CURRENCY."""
        additions = _additions(input.lines or [])
        _check_guests_key(info)
        async with info.context.transaction() as session:
            filled = await actions.create(
                session, selling(info), person(info), additions, input.currency_code, input.country
            )
            session.answer = ids.encode(Cart.prefix, filled.basics.key)
        return CartPayload(cart=cart_of(filled))

    @mutation(PUBLIC)
    async def cart_lines_add(self, info: Info, input: CartLinesAddInput) -> CartPayload:
        """Adds lines. Codes: INVALID, NOT_FOUND, UNAVAILABLE, NO_PRICE, OUT_OF_STOCK, LIMIT_EXCEEDED, CONFLICT, STATE_NOT_ALLOWED."""
        key = key_from(Cart.prefix, input.cart_id, "input", "cartId")
        additions = _additions(input.lines)
        async with info.context.transaction() as session:
            filled = await actions.add_lines(
                session, selling(info), person(info), key, additions, input.expected_version
            )
            session.answer = input.cart_id
        return CartPayload(cart=cart_of(filled))

    @mutation(PUBLIC)
    async def cart_lines_update(self, info: Info, input: CartLinesUpdateInput) -> CartPayload:
        """Changes quantities; 0 removes a line. Codes: INVALID, NOT_FOUND, UNAVAILABLE, NO_PRICE, OUT_OF_STOCK, LIMIT_EXCEEDED, CONFLICT, STATE_NOT_ALLOWED."""
        key = key_from(Cart.prefix, input.cart_id, "input", "cartId")
        quantities = [(ids.decode(CartLine.prefix, line.line_id), line.quantity) for line in input.lines]
        async with info.context.transaction() as session:
            filled = await actions.set_quantities(
                session, selling(info), person(info), key, quantities, input.expected_version
            )
            session.answer = input.cart_id
        return CartPayload(cart=cart_of(filled))

    @mutation(PUBLIC)
    async def cart_note_set(self, info: Info, input: CartNoteSetInput) -> CartPayload:
        """Sets the note to the merchant. Codes: INVALID, NOT_FOUND, STATE_NOT_ALLOWED."""
        key = key_from(Cart.prefix, input.cart_id, "input", "cartId")
        async with info.context.transaction() as session:
            filled = await actions.set_note(session, selling(info), person(info), key, input.note)
            session.answer = input.cart_id
        return CartPayload(cart=cart_of(filled))
