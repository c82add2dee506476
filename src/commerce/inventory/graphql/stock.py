"""Stock in numbers, for staff."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import strawberry

from commerce.catalog.graphql import ProductVariant, load_variants
from commerce.inventory import actions, queries, values
from commerce.inventory.graphql.warehouses import Warehouse, load_warehouses
from commerce.inventory.values import Bucket, Reason
from commerce.kit import ids
from commerce.kit.actor import Permission
from commerce.kit.db import Row
from commerce.kit.errors import Invalid
from commerce.kit.graphql import (
    ID,
    Info,
    Payload,
    argument,
    batched,
    derived,
    described,
    described_enum,
    input_type,
    key_from,
    mutation,
    object_type,
    one_of_input,
    query,
)
from commerce.kit.pagination import After, Before, Connection, First, Last, connection, window

described_enum(
    {
        Bucket.ON_HAND: "What lies in the warehouse.",
        Bucket.RESERVED: "What is held for orders that are not paid.",
        Bucket.COMMITTED: "What is held for orders that are paid and not yet shipped.",
    },
    name="StockBucket",
)(Bucket)
described_enum(
    {
        Reason.RESERVE: "Held for an order.",
        Reason.COMMIT: "The order was paid.",
        Reason.RELEASE: "The order gave it back.",
        Reason.SALE_OUT: "Shipped.",
        Reason.PURCHASE_IN: "Bought in.",
        Reason.RETURN_IN: "Came back.",
        Reason.COUNT_ADJUST: "Counted.",
        Reason.DAMAGE: "Damaged or lost.",
    },
    name="StockReason",
)(Reason)


@object_type
class StockLevel:
    """The counts of a variant in a warehouse."""

    value: strawberry.Private[values.Level]

    @batched
    async def variant(levels: list["StockLevel"], info: Info) -> list[ProductVariant | None]:
        """Variant; null when the caller may not see it."""
        return await load_variants(info, [level.value.place.variant_key for level in levels])

    @batched
    async def warehouse(levels: list["StockLevel"], info: Info) -> list[Warehouse | None]:
        """Warehouse; null when the caller may not see it."""
        return await load_warehouses(info, [level.value.place.warehouse_key for level in levels])

    @derived
    def on_hand(self) -> int:
        """Units that lie there."""
        return self.value.on_hand

    @derived
    def reserved(self) -> int:
        """Of these, units that are held for orders that are not paid."""
        return self.value.reserved

    @derived
    def committed(self) -> int:
        """Of these, units that are held for orders that are paid and not yet shipped."""
        return self.value.committed

    @derived
    def safety(self) -> int:
        """Units that are kept back from sale."""
        return self.value.safety

    @derived
    def available(self) -> int:
        """Units that can be sold: on hand, less what is held and kept back, never below 0."""
        return self.value.available


@object_type
class StockMovement:
    """A line of the ledger: how a count changed, and why."""

    value: strawberry.Private[values.Movement]

    @batched
    async def variant(movements: list["StockMovement"], info: Info) -> list[ProductVariant | None]:
        """Variant; null when the caller may not see it."""
        return await load_variants(info, [movement.value.place.variant_key for movement in movements])

    @batched
    async def warehouse(movements: list["StockMovement"], info: Info) -> list[Warehouse | None]:
        """Warehouse; null when the caller may not see it."""
        return await load_warehouses(info, [movement.value.place.warehouse_key for movement in movements])

    @derived
    def bucket(self) -> Bucket:
        """The count that changed."""
        return Bucket(self.value.bucket)

    @derived
    def delta(self) -> int:
        """By how many units; negative when it fell."""
        return self.value.delta

    @derived
    def balance_after(self) -> int:
        """The count afterwards."""
        return self.value.balance_after

    @derived
    def reason(self) -> Reason:
        """Why it changed."""
        return Reason(self.value.reason)

    @derived
    def cause_id(self) -> ID | None:
        """Id of what caused it, such as an order; null when a staff member did."""
        return ID(ids.encode(*self.value.ref)) if self.value.ref else None

    @derived
    def at(self) -> datetime:
        """When it changed."""
        return self.value.at


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


@object_type
class StockPayload(Payload):
    """Result of the stock mutations."""

    stock_level: StockLevel | None = described("The counts after the mutation.", default=None)

    @classmethod
    async def replayed(cls, answer: str | None, info: Info, **arguments: Any) -> Any:  # noqa: ARG003
        return await _payload(info, *_place(arguments["input"]))


@strawberry.type
class StockQuery:
    @query(Permission.STOCK_WRITE)
    async def stock_levels(
        self, info: Info, variant_ids: Annotated[list[ID], argument("Variants; unknown ones are passed over.")]
    ) -> list[StockLevel]:
        """Counts of variants in every warehouse that knows them, in the order of the variants."""
        keys = [key for text in variant_ids if (key := ids.decode(ProductVariant.prefix, text))]
        found = await queries.levels(info.context, list(dict.fromkeys(keys)))
        return [StockLevel(value=level) for levels in found for level in levels]

    @query(Permission.STOCK_WRITE)
    async def stock_movements(
        self,
        info: Info,
        variant_id: Annotated[ID | None, argument("Only of this variant.")] = None,
        warehouse_id: Annotated[ID | None, argument("Only in this warehouse.")] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[StockMovement]:
        """The stock ledger, the newest line first."""
        asked = window("newest", first, after, last, before)
        variant, warehouse = _filter(ProductVariant.prefix, variant_id), _filter("warehouse", warehouse_id)
        rows = await queries.movements(info.context, asked, variant, warehouse)

        async def counted() -> int:
            return await queries.movements_count(info.context, variant, warehouse)

        page: Connection[StockMovement] = connection(
            Connection[StockMovement], rows, asked, node=_movement, keys=lambda row: [row[0]], counted=counted
        )
        return page


def _movement(row: Row) -> StockMovement:
    return StockMovement(value=queries.movement_of(row))


def _filter(prefix: str, text: str | None) -> UUID | None:
    """The key to filter by; one that nothing has when the id is of no such thing."""
    return None if text is None else ids.decode(prefix, text) or UUID(int=0)


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
