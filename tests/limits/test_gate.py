"""What clients are told of the cost of what they ask, and what is too dear."""

from typing import Any

from commerce.kit.actor import Permission
from tests.channels.factory import make_channel
from tests.conftest import Client

LIST = "query($first: Int) { products(first: $first) { nodes { id variants { nodes { id } } } } }"
CHANNELS = "{ channels { code currencies { code } } }"


def cost(answer: dict[str, Any]) -> dict[str, Any]:
    return answer["extensions"]["cost"]


async def test_every_answer_tells_its_cost(client: Client) -> None:
    await make_channel(client.shop)
    told = cost(await client.send(CHANNELS))
    assert (told["requested"], told["actual"], told["limit"]) == (30, 3, 20_000)
    assert told["bucket"] == {"available": 999_997, "maximum": 1_000_000, "restoreRate": 200_000}


async def test_sizes_in_variables_decide_about_the_cost(client: Client) -> None:
    await make_channel(client.shop)
    for first, expected in ((1, 23), (10, 221), (50, 1101), (None, 441), (100, 2201)):
        assert cost(await client.send(LIST, first=first))["requested"] == expected


async def test_what_is_answered_counts_and_not_what_was_asked_for(client: Client) -> None:
    await make_channel(client.shop)
    told = cost(await client.send(LIST, first=50))
    assert (told["requested"], told["actual"]) == (1101, 1)
    assert told["bucket"]["available"] == 999_999


async def test_an_answer_that_was_given_before_costs_a_point(client: Client) -> None:
    await make_channel(client.shop)
    first = cost(await client.send(CHANNELS))
    again = cost(await client.send(CHANNELS))
    left = first["bucket"]["available"] - 1
    assert again == {**first, "actual": 1, "bucket": {**first["bucket"], "available": left}}
    spelled_otherwise = cost(await client.send(CHANNELS, other=1))
    assert (spelled_otherwise["actual"], spelled_otherwise["bucket"]["available"]) == (1, left - 1)


async def test_too_dear_a_document_reaches_no_field(client: Client, counted: Any) -> None:
    await make_channel(client.shop)
    await client.send(CHANNELS)
    counted()
    nested = (
        "products(first: 100) { nodes { variants(first: 100) { nodes { product { variants { nodes { id } } } } } } }"
    )
    answer = await client.send(f"{{ {nested} }}")
    assert [statement for statement in counted() if "catalog" in statement] == []
    assert answer["errors"][0]["extensions"] == {"code": "TOO_COMPLEX", "limit": 20_000, "found": 230_201}
    assert "data" not in answer
    assert cost(answer) == {"requested": 230_201, "actual": 0, "limit": 20_000}


async def test_staff_may_ask_for_more(client: Client) -> None:
    await make_channel(client.shop)
    client.act(Permission.PRODUCTS_READ)
    text = "{ products(first: 100) { nodes { variants(first: 100) { nodes { product { id } selectedOptions { value { code } } } } } } }"
    told = cost(await client.send(text))
    assert (told["requested"], told["limit"], told["bucket"]["maximum"]) == (80_201, 100_000, 5_000_000)


async def test_hashing_a_password_costs_more_than_reading(client: Client) -> None:
    await make_channel(client.shop)
    text = (
        'mutation { signIn(input: {credential: {password: {email: "a@b.c", password: "x"}}}) { userErrors { code } } }'
    )
    assert cost(await client.send(text))["requested"] == 105
    assert cost(await client.send("mutation { signOut { userErrors { code } } }"))["requested"] == 15


async def test_what_has_to_be_counted_costs_more(client: Client) -> None:
    await make_channel(client.shop)
    assert cost(await client.send("{ products { nodes { id } } }"))["requested"] == 21
    assert cost(await client.send("{ products { totalCount nodes { id } } }"))["requested"] == 31
    assert cost(await client.send("{ products { facets { code } } }"))["requested"] == 21
    assert cost(await client.send("{ products { facets { values { value } } } }"))["requested"] == 121


async def test_introspection_has_a_price(client: Client) -> None:
    assert cost(await client.send("{ __schema { queryType { name } } }"))["requested"] == 1_000


async def test_what_is_left_is_kept_without_the_address_of_whose_it_is(client: Client) -> None:
    """An address that requests come from is somebody's, and anyone who sees Redis would read it."""
    await make_channel(client.shop)
    await client.send(CHANNELS)
    assert client.shop.cache is not None
    keys = [key.decode() async for key in client.shop.cache.scan_iter("limits:*")]
    assert keys
    assert not [key for key in keys if "127.0.0.1" in key]
