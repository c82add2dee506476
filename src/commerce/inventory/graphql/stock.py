"""How staff change stock."""

from typing import Any
from uuid import UUID

import strawberry

from commerce.catalog.graphql import ProductVariant
from commerce.inventory import actions, queries, values
from commerce.inventory.graphql.counts import StockLevel
from commerce.inventory.values import Reason
from commerce.kit.actor import Permission
from commerce.kit.errors import Invalid
from commerce.kit.graphql import (
    ID,
    PART,
    Info,
    Payload,
    described,
    input_type,
    key_from,
    mutation,
    object_type,
    one_of_input,
)


@one_of_input
class StockChangeInput:
    """What lies there afterwards, or how many units more or fewer. Exactly one of them."""

    quantity: int | None = described(
        "Units that lie there afterwards, from 0 to 1,000,000,000.", default=strawberry.UNSET
    )
    delta: int | None = described("Units more, or fewer when negative.", default=strawberry.UNSET)


@input_type
class StockAdjustInput:
    """A change of what lies in a warehouse."""

    variant_id: ID = described("Variant.")
    warehouse_id: ID = described("Warehouse.")
    change: StockChangeInput = described("The new count, or the difference. It cannot fall below what orders hold.")
    reason: Reason = described(
        "Why: `PURCHASE_IN`, `RETURN_IN`, `COUNT_ADJUST` or `DAMAGE`.", default=Reason.COUNT_ADJUST
    )
    expected_quantity: int | None = described(
        "What should lie there now; when it does not, nothing changes and the answer is CONFLICT.", default=None
    )
    idempotency_key: str | None = described("Key of this request, when it is not in the header.", default=None)


@input_type
class StockSafetySetInput:
    """A safety stock."""

    variant_id: ID = described("Variant.")
    warehouse_id: ID = described("Warehouse.")
    safety: int = described("Units to keep back from sale, from 0 to 1,000,000,000.")


@object_type(PART)
class StockPayload(Payload):
    """Result of the stock mutations."""

    stock_level: StockLevel | None = described("The counts after the mutation.", default=None)

    @classmethod
    async def replayed(cls, answer: str | None, info: Info, **arguments: Any) -> Any:  # noqa: ARG003
        return await _payload(info, *_place(arguments["input"]))


@strawberry.type
class StockMutation:
    @mutation(Permission.STOCK_WRITE, needs_key=True)
    async def stock_adjust(self, info: Info, input: StockAdjustInput) -> StockPayload:
        """Changes what lies in a warehouse. Codes: INVALID, NOT_FOUND, CONFLICT. Needs an idempotency key."""
        variant_key, warehouse_key = _place(input)
        if input.reason not in values.BY_STAFF:
            raise Invalid("input", "reason")
        change = input.change
        async with info.context.transaction() as session:
            await actions.adjust(
                session,
                variant_key,
                warehouse_key,
                set_to=change.quantity if change.quantity is not strawberry.UNSET else None,
                delta=change.delta if change.delta is not strawberry.UNSET else None,
                reason=input.reason,
                expected=input.expected_quantity,
            )
        return await _payload(info, variant_key, warehouse_key)

    @mutation(Permission.STOCK_WRITE)
    async def stock_safety_set(self, info: Info, input: StockSafetySetInput) -> StockPayload:
        """Keeps a safety stock back from sale. Codes: INVALID, NOT_FOUND."""
        variant_key, warehouse_key = _place(input)
        async with info.context.transaction() as session:
            await actions.keep_back(session, variant_key, warehouse_key, input.safety)
        return await _payload(info, variant_key, warehouse_key)


def _place(given: StockAdjustInput | StockSafetySetInput) -> tuple[UUID, UUID]:
    return (
        key_from(ProductVariant.prefix, given.variant_id, "input", "variantId"),
        key_from("warehouse", given.warehouse_id, "input", "warehouseId"),
    )


async def _payload(info: Info, variant_key: UUID, warehouse_key: UUID) -> StockPayload:
    [levels] = await queries.levels(info.context, [variant_key])
    found = next((level for level in levels if level.place.warehouse_key == warehouse_key), None)
    return StockPayload(stock_level=StockLevel(value=found) if found else None)
