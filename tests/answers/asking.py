"""What visitors ask, and how to tell where its answer came from."""

import json
from typing import Any

import httpx
from starlette.routing import Route

from commerce.kit.answers import Answers
from commerce.kit.ids import encode
from commerce.kit.money import Money
from commerce.pricing import actions as pricing
from commerce.pricing.values import Price, PriceEntry
from commerce.shop import Shop
from tests.conftest import Client
from tests.shopfront import Goods

SHELF = """query Shelf($first: Int = 20) {
  products(first: $first, sort: NAME) { nodes { id name priceRange { min { current { amount currencyCode } } } } }
}"""
VARIANT = """query Variant($id: ID!) { node(id: $id) { ... on ProductVariant {
  sku price { current { amount currencyCode } } availability { status quantity } product { name } } } }"""


async def ask(client: Client, query: str, headers: dict[str, str] | None = None, **variables: Any) -> httpx.Response:
    """The answer as it came."""
    return await client.http.post("/graphql", json={"query": query, "variables": variables}, headers=headers)


async def get(client: Client, query: str, headers: dict[str, str] | None = None, **variables: Any) -> httpx.Response:
    """The answer to the same by GET."""
    sent = {"query": query, "variables": json.dumps(variables)}
    return await client.http.get("/graphql", params=sent, headers=headers)


def answers_of(client: Client) -> Answers:
    """What the process keeps that a client talks to."""
    [endpoint] = [one.endpoint for one in client.app.routes if isinstance(one, Route) and one.path == "/graphql"]
    answers: Answers = endpoint.live.pipeline.answers
    return answers


def how(answer: httpx.Response) -> str:
    """How an answer came about: `hit`, or why it was not at hand."""
    name, _, rest = answer.headers["cache-status"].partition("; ")
    assert name == "answers"
    return str(rest)


def without_cost(answer: httpx.Response) -> Any:
    """What is told, but for what it costs and what its caller has left."""
    told = answer.json()
    told.get("extensions", {}).pop("cost", None)
    return told


def price_of(answer: httpx.Response) -> str:
    return str(answer.json()["data"]["node"]["price"]["current"]["amount"])


async def set_price(shop: Shop, goods: Goods, sku: str, amount: str, channel: str = "web") -> None:
    """The price of a variant in dollars, set by somebody of the shop."""
    entry = PriceEntry(goods.variants[sku], goods.channels[channel], Price(Money.of(amount, "USD"), None))
    async with shop.context().transaction() as session:
        await pricing.set_prices(session, [entry])


PRICES_SET = """mutation($input: PricesSetInput!) { pricesSet(input: $input) { userErrors { code message } } }"""


def prices_input(goods: Goods, sku: str, amount: str) -> dict[str, Any]:
    price = {"variantId": goods.variant(sku), "amount": {"amount": amount, "currencyCode": "USD"}}
    return {"channelId": encode("channel", goods.channels["web"]), "prices": [price]}
