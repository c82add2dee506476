"""Stock in numbers, for staff."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry

from commerce.catalog.graphql import ProductVariant, load_variants
from commerce.inventory import queries, values
from commerce.inventory.graphql.warehouses import Warehouse, load_warehouses
from commerce.inventory.values import Bucket, Reason
from commerce.kit import ids
from commerce.kit.actor import Permission
from commerce.kit.db import Row
from commerce.kit.graphql import (
    ID,
    Info,
    argument,
    batched,
    derived,
    described_enum,
    object_type,
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


@object_type(Permission.STOCK_WRITE)
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


@object_type(Permission.STOCK_WRITE)
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
