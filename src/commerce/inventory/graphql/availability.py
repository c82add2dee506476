"""What shoppers are told of the stock."""

from datetime import datetime

from commerce.catalog.graphql import ProductVariant
from commerce.channels.graphql import selling
from commerce.inventory import queries, rules
from commerce.inventory.errors import OutOfStock
from commerce.inventory.values import Status, Supply
from commerce.kit.graphql import (
    PART,
    PUBLIC,
    Info,
    UserError,
    batched,
    described,
    described_enum,
    extend,
    object_type,
    says,
)

described_enum(
    {
        Status.IN_STOCK: "On stock.",
        Status.LOW_STOCK: "Few left: at most 5.",
        Status.BACKORDER: "Can be ordered, ships later.",
        Status.PREORDER: "Can be ordered before its release.",
        Status.OUT_OF_STOCK: "Cannot be bought.",
    },
    name="AvailabilityStatus",
)(Status)


@object_type(PUBLIC)
class Availability:
    """Whether and how something can be bought."""

    status: Status = described("State to show.")
    quantity: int | None = described("Units that can be bought, when there are at most 10; null while there are more.")
    max_per_order: int | None = described("Largest quantity per order; null without a limit.")
    expected_at: datetime | None = described("When it is expected again; null when that is not known.", default=None)


def availability_of(supply: Supply) -> Availability:
    return Availability(
        status=rules.status(supply.quantity),
        quantity=rules.shown(supply.quantity),
        max_per_order=supply.max_per_order,
    )


@says(OutOfStock)
@object_type(PART)
class StockError(UserError):
    """Not enough on stock."""

    available_quantity: int | None = described("Units that can be had; null when the merchant does not show it.")


@extend(ProductVariant)
@batched
async def availability(variants: list[ProductVariant], info: Info) -> list[Availability]:
    """Stock."""
    keys = [variant.key for variant in variants]
    return [availability_of(found) for found in await queries.supplies(info.context, keys, selling(info).market.key)]
