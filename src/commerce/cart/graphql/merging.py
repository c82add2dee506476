"""Putting a guest's cart into that of a person, as the API says it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import strawberry

from commerce.cart import actions
from commerce.cart.graphql.changes import load_cart
from commerce.cart.graphql.types import Cart, CartLine, LineProperty
from commerce.cart.values import Merged, MergedLine, MergeOutcome, MergeReason, MergeStrategy
from commerce.catalog.graphql import ProductVariant, load_variants
from commerce.channels.graphql import selling
from commerce.i18n import rules as i18n
from commerce.kit import ids
from commerce.kit.errors import Refusal
from commerce.kit.graphql import (
    ID,
    PART,
    PERSON,
    Info,
    Payload,
    batched,
    derived,
    described,
    described_enum,
    input_type,
    key_from,
    mutation,
    object_type,
    person,
)

described_enum(
    {
        MergeStrategy.SUM: "Of what both have, all of it together.",
        MergeStrategy.KEEP_HIGHER: "Of what both have, as many as the one that has more.",
        MergeStrategy.REPLACE: "The guest's cart takes the place of the own one, whose other lines go.",
    },
    name="CartMergeStrategy",
)(MergeStrategy)
described_enum(
    {
        MergeOutcome.ADDED: "Came in as it was.",
        MergeOutcome.MERGED: "Both had it: one line, with the quantity that the strategy asks for.",
        MergeOutcome.CAPPED: "Came in with fewer than wanted, for the reason that is told.",
        MergeOutcome.DROPPED: "Did not come in, or had to go, for the reason that is told.",
    },
    name="CartMergeOutcome",
)(MergeOutcome)
described_enum(
    {
        MergeReason.OUT_OF_STOCK: "Not enough on stock.",
        MergeReason.LIMIT_EXCEEDED: "More than may be bought at once, or than a cart may hold.",
        MergeReason.UNAVAILABLE: "No longer sold in this channel.",
        MergeReason.NO_PRICE: "Has no price in this currency any more.",
        MergeReason.REPLACED: "Only the own cart had it, and the strategy is REPLACE.",
    },
    name="CartMergeReason",
)(MergeReason)


@input_type
class CartMergeInput:
    """Puts a guest's cart into that of the viewer."""

    cart_id: ID = described("The guest's cart.")
    strategy: MergeStrategy = described("What is to become of quantities.", default=MergeStrategy.SUM)
    idempotency_key: str | None = described(
        "Equal for each retry. A retry without one is answered alike.", default=None
    )


@object_type(PART)
class CartMergeLine:
    """What became of a line."""

    line: strawberry.Private[MergedLine]

    @batched
    async def variant(lines: list["CartMergeLine"], info: Info) -> list[ProductVariant | None]:
        """What it is about; null when it has left the assortment."""
        return await load_variants(info, [line.line.variant_key for line in lines])

    @derived
    def title(self, info: Info) -> str:
        """Name as it was when the line was last touched, so that it can always be shown."""
        return i18n.pick(self.line.title, info.context.locales)

    @derived
    def properties(self) -> list[LineProperty]:
        """Properties such as an engraving."""
        return [LineProperty(key=key, value=value) for key, value in self.line.properties]

    @derived
    def outcome(self) -> MergeOutcome:
        """What became of it."""
        return self.line.outcome

    @derived
    def reason(self) -> MergeReason | None:
        """Why there are fewer than wanted; null when there are not."""
        return self.line.reason

    @derived
    def wanted_quantity(self) -> int:
        """How many the strategy asks for."""
        return self.line.wanted

    @derived
    def resulting_quantity(self) -> int:
        """How many the cart held of it after the merge; 0 when it was dropped."""
        return self.line.resulting

    @derived
    def line_id(self) -> ID | None:
        """The line that it went to; null when it was dropped."""
        return ID(ids.encode(CartLine.prefix, self.line.line_key)) if self.line.line_key else None


@object_type(PART)
class CartMergePayload(Payload):
    """Result of `cartMerge`."""

    cart: Cart | None = described(
        "The viewer's cart after the merge; after an error the guest's cart, null when it was not found.", default=None
    )
    report: list[CartMergeLine] = described(
        "What became of each line, those of the guest's cart first; empty after an error.", default_factory=list
    )

    @classmethod
    async def refused(cls, refusals: Sequence[Refusal], info: Info, **arguments: Any) -> Any:
        payload = await super().refused(refusals, info, **arguments)
        payload.cart = await load_cart(info, ids.decode(Cart.prefix, arguments["input"].cart_id))
        return payload

    @classmethod
    async def replayed(cls, answer: str | None, info: Info, **arguments: Any) -> Any:  # noqa: ARG003
        key = ids.decode(Cart.prefix, arguments["input"].cart_id)
        merged = await actions.merged(info.context, _person(info), key) if key else None
        return await _told(info, merged) if merged else cls()


def _person(info: Info) -> UUID:
    own = person(info)
    assert own is not None
    return own


async def _told(info: Info, merged: Merged) -> CartMergePayload:
    report = [CartMergeLine(line=line) for line in merged.report]
    return CartMergePayload(cart=await load_cart(info, merged.cart_key), report=report)


@strawberry.type
class CartMergeMutation:
    @mutation(PERSON)
    async def cart_merge(self, info: Info, input: CartMergeInput) -> CartMergePayload:
        """Puts a guest's cart into the viewer's own open one of this channel, or makes it theirs if they have none.

        The guest's cart is closed by it. Nothing is lost without being told in the report, and whoever asks again is told
        the same. Codes: NOT_FOUND, STATE_NOT_ALLOWED, UNAVAILABLE, WRONG_CURRENCY.
        """
        key = key_from(Cart.prefix, input.cart_id, "input", "cartId")
        async with info.context.transaction() as session:
            merged = await actions.merge(session, selling(info), _person(info), key, MergeStrategy(input.strategy))
            session.answer = ids.encode(Cart.prefix, merged.cart_key)
        return await _told(info, merged)
