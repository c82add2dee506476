"""Joins every module's queries, mutations and extra fields into one GraphQL schema."""

from typing import Annotated

import strawberry
from graphql import GraphQLInputObjectType, lexicographic_sort_schema, print_schema
from strawberry.schema.config import StrawberryConfig

from commerce.accounts import graphql as accounts
from commerce.audit import graphql as audit
from commerce.cart import graphql as cart
from commerce.catalog import graphql as catalog
from commerce.channels import graphql as channels
from commerce.checkout import graphql as checkout
from commerce.customers import graphql as customers
from commerce.directory import graphql as directory
from commerce.fulfillment import graphql as fulfillment
from commerce.inventory import graphql as inventory
from commerce.kit.errors import RequestError
from commerce.kit.graphql import ID, PUBLIC, Info, Node, argument, error_types, nodes_of, query
from commerce.kit.graphql.types import ShopInfo
from commerce.kit.scalars import SCALARS
from commerce.messages import models as messages  # noqa: F401  (a table that only jobs write)
from commerce.orders import graphql as orders
from commerce.payments import graphql as payments
from commerce.pricing import graphql as pricing
from commerce.search import graphql as search
from commerce.shipping import graphql as shipping
from commerce.tax import graphql as tax
from commerce.vendors import models as vendors  # noqa: F401  (a table that others refer to)

MOST_NODES = 100


@strawberry.type
class NodeQuery:
    @query(PUBLIC)
    async def node(self, info: Info, id: Annotated[ID, argument("Global id.")]) -> Node | None:
        """Any object by its id; null for what does not exist or is not yours."""
        return (await nodes_of([id], info))[0]

    @query(PUBLIC)
    async def nodes(self, info: Info, ids: Annotated[list[ID], argument("Global ids.")]) -> list[Node | None]:
        """Objects by their ids, in the same order, at most 100."""
        if len(ids) > MOST_NODES:
            raise RequestError("BAD_USER_INPUT", f"At most {MOST_NODES} ids at once.")
        return await nodes_of(ids, info)


@strawberry.type(description="What can be read. A lookup answers null for what does not exist or is not yours.")
class Query(
    NodeQuery,
    accounts.AccountsQuery,
    audit.AuditQuery,
    cart.CartQuery,
    catalog.CatalogQuery,
    channels.ChannelsQuery,
    checkout.CheckoutQuery,
    customers.CustomersQuery,
    directory.DirectoryQuery,
    inventory.InventoryQuery,
    orders.OrdersQuery,
    search.SearchQuery,
    shipping.ShippingQuery,
    tax.TaxQuery,
):
    pass


@strawberry.type(
    description="What can be changed. One `input` each, one payload with `userErrors` each. A list in an input has at most 250 items."
)
class Mutation(
    accounts.AccountsMutation,
    audit.AuditMutation,
    cart.CartMutation,
    catalog.CatalogMutation,
    channels.ChannelsMutation,
    checkout.CheckoutMutation,
    customers.CustomersMutation,
    fulfillment.FulfillmentMutation,
    inventory.InventoryMutation,
    orders.OrdersMutation,
    payments.PaymentsMutation,
    pricing.PricingMutation,
    shipping.ShippingMutation,
    tax.TaxMutation,
):
    pass


@strawberry.type(
    description=(
        "What can be followed, over a WebSocket or server-sent events. Clients that have neither ask for the `version`"
        " of a thing now and then."
    )
)
class Subscription(checkout.CheckoutSubscription):
    pass


def build() -> strawberry.Schema:
    """The schema. Building it twice in a process gives the same."""
    built = strawberry.Schema(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        types=[*error_types(), *catalog.MEDIA_TYPES],
        directives=[channels.in_context],
        config=StrawberryConfig(scalar_map=SCALARS, info_class=ShopInfo),
    )
    for kind in built._schema.type_map.values():  # noqa: SLF001
        if isinstance(kind, GraphQLInputObjectType):  # Strawberry knows it and does not tell graphql-core
            kind.is_one_of = kind.extensions["strawberry-definition"].is_one_of
    return built


schema = build()


def sdl() -> str:
    """The schema as text, sorted, as it is committed in `schema.graphql`."""
    return print_schema(lexicographic_sort_schema(schema._schema)) + "\n"  # noqa: SLF001
