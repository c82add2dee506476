"""Product lists of categories."""

from commerce.catalog.graphql import Category
from commerce.kit.graphql import Info, batched, extend
from commerce.kit.pagination import After, Before, First, Last
from commerce.search.graphql.lists import Asked, ProductConnection, lists_of_categories
from commerce.search.graphql.reading import Filter, Sort
from commerce.search.values import ProductSort


@extend(Category)
@batched
async def products(
    categories: list[Category],
    info: Info,
    filter: Filter = None,
    sort: Sort = ProductSort.RELEVANCE,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> list[ProductConnection]:
    """Products in this category and below that are on sale in the channel of the context."""
    keys = [category.key for category in categories]
    return await lists_of_categories(info, keys, Asked(filter, sort, first, after, last, before))
