"""What lists do differently when there is more than can be looked through or counted at once."""

from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest

from commerce.catalog.values import VariantDraft
from commerce.search.graphql import lists as shown
from commerce.search.queries import lists
from commerce.shop import Shop
from tests.conftest import Client, TestClock
from tests.search.factory import (
    brand_id,
    category_id,
    make_attribute,
    make_brand,
    make_category,
    make_channel,
    make_option,
    make_product,
    receive,
    said,
)
from tests.search.test_paging import ORDERS, backward, forward

counting = import_module("commerce.search.queries.facets")
FACETS = """query($words: String, $filter: ProductFilterInput) { products(query: $words, filter: $filter) { totalCount
  facets { code isExact values { value count } } } }"""


@pytest.fixture(params=[0, 1, 3])
def short_stretch(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Lists look through hardly anything before they gather all that passes."""
    monkeypatch.setattr(lists, "STRETCH", request.param)
    lists._page.cache_clear()
    yield request.param
    lists._page.cache_clear()


@pytest.mark.usefixtures("short_stretch")
@pytest.mark.parametrize("sort", ORDERS)
async def test_pages_are_the_same_however_little_is_looked_through(
    shop: Shop, client: Client, clock: TestClock, sort: str
) -> None:
    web, shelf, acme = await make_channel(shop), await make_category(shop, "Trees"), await make_brand(shop)
    await make_attribute(shop, "bark", "rough", "smooth")
    for i in range(10):
        await make_product(
            shop, f"Tree {chr(ord('a') + i)}", web, rank=i % 3, price=[None, "5.00", "7.00"][i % 3], categories=[shelf][i % 2 :],
            brand=acme if i % 3 else None, attributes=(said("bark", ["rough", "smooth"][i % 2]),),
        )  # fmt: skip
        clock.advance(seconds=1)
    everything = await forward(client, 100, sort=sort)
    even = [name for name in everything if (ord(name[-1]) - ord("a")) % 2 == 0]
    branded = [name for name in everything if (ord(name[-1]) - ord("a")) % 3]
    for narrow, expected in (
        ({"categoryIds": [category_id(shelf)]}, even),
        ({"facets": [{"code": "bark", "values": ["rough"]}]}, even),
        ({"brandIds": [brand_id(acme)]}, branded),
        ({"brandIds": [brand_id(acme)], "categoryIds": [category_id(shelf)]}, [n for n in even if n in branded]),
    ):
        for size in (1, 2, 100):
            assert await forward(client, size, sort=sort, filter=narrow) == expected
            assert await backward(client, size, sort=sort, filter=narrow) == expected
    assert await forward(client, 2, sort=sort, words="tree e") == everything
    assert await forward(client, 2, sort=sort, words="trees") == even


@pytest.fixture
def few_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Facets count three products of a list at most, and two of a search."""
    for module in (counting, shown):
        monkeypatch.setattr(module, "MOST_COUNTED", 3)
    for found in (counting, lists):
        monkeypatch.setattr(found, "MOST_FOUND", 2)


async def told(client: Client, **variables: Any) -> tuple[int, dict[str, Any]]:
    """The size of a list, and the counts of its facets, with a `+` where there may be more."""
    found = (await client(FACETS, **variables))["products"]
    counts = {
        facet["code"]: {
            value["value"]: f"{value['count']}{'' if facet['isExact'] else '+'}" for value in facet["values"]
        }
        for facet in found["facets"]
        if facet["code"] != "price"
    }
    return found["totalCount"], counts


@pytest.mark.usefixtures("few_counted")
async def test_facets_of_long_lists_say_that_they_are_not_exact(shop: Shop, client: Client) -> None:
    web, shelf = await make_channel(shop), await make_category(shop, "Trees")
    await make_attribute(shop, "bark", "rough", "smooth")
    for i in range(5):
        place = [shelf] if i < 2 else []
        await make_product(shop, f"Tree {i}", web, attributes=(said("bark", "rough"),), categories=place)
    assert await told(client) == (5, {"bark": {"rough": "3+"}})
    assert await told(client, filter={"categoryIds": [category_id(shelf)]}) == (2, {"bark": {"rough": "2"}})
    assert await told(client, words="tree") == (2, {"bark": {"rough": "2+"}})
    assert await told(client, words="tree 4") == (1, {"bark": {"rough": "1"}})
    assert (await client('{ products(query: "tree") { totalCount } }'))["products"]["totalCount"] == 2


@pytest.mark.usefixtures("few_counted")
async def test_only_the_facet_that_has_too_many_is_not_exact(shop: Shop, client: Client) -> None:
    web, acme = await make_channel(shop), await make_brand(shop)
    await make_attribute(shop, "bark", "rough", "smooth")
    for i in range(6):
        own = acme if i == 0 else None
        await make_product(shop, f"Tree {i}", web, attributes=(said("bark", "rough" if i else "smooth"),), brand=own)
    assert await told(client, filter={"brandIds": [brand_id(acme)]}) == (
        1,
        {"brand": {"acme": "1+"}, "bark": {"smooth": "1"}},
    )
    smooth = {"facets": [{"code": "bark", "values": ["smooth"]}]}
    assert await told(client, filter=smooth) == (1, {"brand": {"acme": "1"}, "bark": {"smooth": "1+", "rough": "3+"}})


async def test_counts_ignore_their_own_selection_among_many(shop: Shop, client: Client) -> None:
    web = await make_channel(shop)
    codes = [f"option-{n}" for n in range(5)]
    for code in codes:
        await make_option(shop, code, "x", "y")
    choices = ["xxxxx", "yxxxx", "xyxxx", "xxxyx", "xxxxy", "yyxxx"]
    for choice in choices:
        variant = VariantDraft(choice, dict(zip(codes, choice, strict=True)))
        await make_product(shop, choice, web, options=tuple(codes), variants=(variant,))
    await receive(shop, {"xxxxx": 1})
    for many in (1, 2, 3, 4, 5):
        chosen = codes[:many]
        selections = [{"code": code, "values": ["x"]} for code in chosen]
        fitting = [c for c in choices if all(c[codes.index(code)] == "x" for code in chosen)]
        size, counts = await told(client, filter={"facets": selections})
        assert size == len(fitting)
        for n, code in enumerate(codes):
            others = [one for one in chosen if one != code]
            left = [c for c in choices if all(c[codes.index(other)] == "x" for other in others)]
            expected = {
                value: str(sum(c[n] == value for c in left)) for value in "xy" if any(c[n] == value for c in left)
            }
            assert counts[code] == expected, (many, code)
