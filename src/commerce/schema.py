"""Joins every module's queries, mutations and extra fields into one GraphQL schema."""

from typing import Annotated

import strawberry
from graphql import lexicographic_sort_schema, print_schema
from strawberry.extensions import MaxTokensLimiter, ParserCache, ValidationCache
from strawberry.schema.config import StrawberryConfig

from commerce.catalog import graphql as catalog
from commerce.channels import graphql as channels
from commerce.directory import graphql as directory
from commerce.inventory import graphql as inventory
from commerce.kit.errors import RequestError
from commerce.kit.graphql import ID, PUBLIC, Info, Node, argument, error_types, nodes_of, query
from commerce.kit.scalars import SCALARS
from commerce.pricing import graphql as pricing
from commerce.shipping import graphql as shipping
from commerce.tax import graphql as tax

MOST_TOKENS = 4_000
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
    catalog.CatalogQuery,
    channels.ChannelsQuery,
    directory.DirectoryQuery,
    inventory.InventoryQuery,
    shipping.ShippingQuery,
    tax.TaxQuery,
):
    pass


@strawberry.type(description="What can be changed. One `input` each, one payload with `userErrors` each.")
class Mutation(
    catalog.CatalogMutation,
    channels.ChannelsMutation,
    inventory.InventoryMutation,
    pricing.PricingMutation,
    shipping.ShippingMutation,
    tax.TaxMutation,
):
    pass


def build() -> strawberry.Schema:
    """The schema. Building it twice in a process gives the same."""
    return strawberry.Schema(
        query=Query,
        mutation=Mutation,
        types=[*error_types(), *catalog.MEDIA_TYPES],
        directives=[channels.in_context],
        extensions=[lambda: MaxTokensLimiter(MOST_TOKENS), ParserCache, ValidationCache, channels.Settle],
        config=StrawberryConfig(scalar_map=SCALARS),
    )


schema = build()


def sdl() -> str:
    """The schema as text, sorted, as it is committed in `schema.graphql`."""
    return print_schema(lexicographic_sort_schema(schema._schema)) + "\n"  # noqa: SLF001
