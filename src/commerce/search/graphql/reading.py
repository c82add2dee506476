"""Product lists of the whole shop."""

from typing import Annotated

import strawberry

from commerce.kit.graphql import PUBLIC, Info, argument, query
from commerce.kit.pagination import After, Before, First, Last
from commerce.search.graphql.inputs import ProductFilterInput
from commerce.search.graphql.lists import Asked, ProductConnection, list_of_shop
from commerce.search.rules import LONGEST_QUERY, MOST_WORDS
from commerce.search.values import ProductSort

Words = Annotated[
    str | None,
    argument(
        "Words that all have to occur in the name, the SKUs, the brand or the categories of a product, in any"
        f" language and case; parts of words will do. At most {LONGEST_QUERY} characters and {MOST_WORDS} words, else"
        " BAD_USER_INPUT."
    ),
]
Filter = Annotated[ProductFilterInput | None, argument("What to narrow the list to; all of it when left out.")]
Sort = Annotated[
    ProductSort | None,
    argument("Order of the list; null means RELEVANCE. A cursor only fits the order that it was made in."),
]


@strawberry.type
class SearchQuery:
    @query(PUBLIC)
    async def products(
        self,
        info: Info,
        query: Words = None,
        filter: Filter = None,
        sort: Sort = ProductSort.RELEVANCE,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> ProductConnection:
        """Products on sale in the channel of the context: a listing without `query`, a search with it."""
        return await list_of_shop(info, query, Asked(filter, sort, first, after, last, before))
