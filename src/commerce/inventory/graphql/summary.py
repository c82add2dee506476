"""What shoppers are told of the stock of a product as a whole."""

from commerce.catalog.graphql import Product
from commerce.channels.graphql import selling
from commerce.inventory import queries
from commerce.inventory.graphql.availability import Availability, availability_of
from commerce.inventory.values import Supply
from commerce.kit.graphql import Info, batched, extend


@extend(Product)
@batched
async def availability(products: list[Product], info: Info) -> list[Availability]:
    """Stock summary over all variants."""
    keys = [product.key for product in products]
    found = await queries.available_of_products(info.context, keys, selling(info).market.key)
    return [availability_of(Supply(units)) for units in found]
