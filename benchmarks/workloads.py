"""What a storefront asks for: the documents, and the requests that are made with them."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import asyncpg
import orjson

from benchmarks.http import Client, request
from commerce.kit import ids

W1 = """query Listing($category: ID!) {
  products(filter: {categoryIds: [$category]}, first: 24) {
    nodes {
      id name slug
      featuredImage { url alt }
      priceRange { min { current { amount currencyCode } } max { current { amount currencyCode } } }
    }
    pageInfo { hasNextPage endCursor }
  }
}"""
W2 = """query Detail($slug: String!) {
  product(by: {slug: $slug}) {
    id slug name description
    brand { id name slug }
    media { id url alt ... on Image { width height } }
    categories { id slug name ancestors { id slug name } }
    variants(first: 100) {
      nodes {
        id sku name
        selectedOptions { option { code label } value { code label color } }
        price { current { amount currencyCode } compareAt { amount } taxed { net { amount } gross { amount } } }
        availability { status quantity }
      }
    }
  }
}"""
_TOTALS = """totals {
  subtotal { amount } discount { amount } shipping { amount } tax { amount } taxIncluded
  total { amount currencyCode } isEstimate
}"""
_ERRORS = "userErrors { code message field }"
W4 = f"""mutation Add($input: CartLinesAddInput!) {{
  cartLinesAdd(input: $input) {{
    cart {{
      id version totalQuantity {_TOTALS}
      lines {{
        id quantity title
        unitPrice {{ current {{ amount }} compareAt {{ amount }} }}
        subtotal {{ amount }} total {{ amount }}
        variant {{ id sku name image {{ url alt }} }}
      }}
      warnings {{ code message lineId }}
    }}
    {_ERRORS}
  }}
}}"""
W5 = (
    f"mutation($input: CartCreateInput!) {{ cartCreate(input: $input) {{ cart {{ id {_TOTALS} }} {_ERRORS} }} }}",
    f"""mutation($input: CheckoutStartInput!) {{ checkoutStart(input: $input) {{ checkout {{
      id {_TOTALS} shippingOptions {{ id name price {{ gross {{ amount }} }} }} paymentOptions {{ id code name }}
    }} {_ERRORS} }} }}""",
    f"""mutation($input: CheckoutUpdateInput!) {{ checkoutUpdate(input: $input) {{ checkout {{
      id {_TOTALS} requirements {{ code message }}
    }} {_ERRORS} }} }}""",
    f"""mutation($input: CheckoutCompleteInput!) {{ checkoutComplete(input: $input) {{ order {{
      id number status paymentStatus {_TOTALS}
    }} nextAction {{ kind url }} {_ERRORS} }} }}""",
)
ADDRESS = {"name": "Ada Park", "lines": ["Hafenstraße 1"], "city": "Hamburg", "postalCode": "20457", "country": "DE"}

Requests = Iterator[bytes]
Step = Callable[[Client], Any]
"""One unit of work: what is counted as one request, or for W5 as one order."""


@dataclass(frozen=True)
class Workload:
    """Something that a storefront does, with what its SQL may come to."""

    name: str
    title: str
    most_sql: int
    seconds_per_cart: float = 0
    """For the workloads that use up a prepared cart with each request: a bound for how fast they do."""


WORKLOADS = (
    Workload("W1", "listing, 24 products of a category", 3),
    Workload("W2", "product by slug, with variants", 6),
    Workload("W4", "add a fifth line, whole cart back", 9, 1 / 400),
    Workload("W5", "guest checkout, 3 lines, paid order", 47),
)


@dataclass(frozen=True)
class Shelf:
    """Keys of what is asked for, the same in each run."""

    categories: list[Any]
    slugs: list[str]
    variants: list[Any]


async def shelf(connection: asyncpg.Connection) -> Shelf:
    """All categories, and products and variants spread evenly over the catalog."""
    categories = await connection.fetch("select id from catalog_category order by code")
    slugs = await connection.fetch(
        "select slug from catalog_slug where kind = 'PRODUCT' and locale = 'en' order by md5(slug) limit 500"
    )
    variants = await connection.fetch("select id from catalog_variant order by md5(sku) limit 100")
    return Shelf([row[0] for row in categories], [row[0] for row in slugs], [row[0] for row in variants])


def graphql(document: str, variables: dict[str, Any]) -> bytes:
    body = orjson.dumps({"query": document, "variables": variables})
    return request("POST", "/graphql", body, {"Accept-Language": "en", "X-Channel": "web"})


def ours(workload: str, shelf: Shelf, carts: list[Any]) -> Requests:
    """Endless requests to our server."""
    if workload == "W1":
        bodies = [graphql(W1, {"category": ids.encode("category", key)}) for key in shelf.categories]
    elif workload == "W2":
        bodies = [graphql(W2, {"slug": slug}) for slug in shelf.slugs]
    else:
        line = {"variantId": ids.encode("variant", shelf.variants[4]), "quantity": 1}
        bodies = [graphql(W4, {"input": {"cartId": ids.encode("cart", key), "lines": [line]}}) for key in carts]
    return itertools.cycle(bodies)


def limit(workload: str, shelf: Shelf, carts: list[Any]) -> Requests:
    """The same requests in the same order, as the hand-written server takes them."""
    if workload == "W1":
        bodies = [request("GET", f"/w1?category={key}") for key in shelf.categories]
    elif workload == "W2":
        bodies = [request("GET", f"/w2?slug={slug}") for slug in shelf.slugs]
    else:
        bodies = [request("POST", f"/w4?cart={key}&variant={shelf.variants[4]}") for key in carts]
    return itertools.cycle(bodies)


def sends(requests: Requests) -> Step:
    """One request each; its answer must be without errors."""

    async def step(client: Client) -> bytes:
        answer = await client.send(next(requests))
        if b'"errors"' in answer or b'"userErrors":[{' in answer:
            raise RuntimeError(answer.decode())
        return answer

    return step


async def purchase(client: Client, variants: list[Any]) -> dict[str, Any]:
    """A guest buys three things, in four requests; the paid order."""
    lines = [{"variantId": ids.encode("variant", key), "quantity": n + 1} for n, key in enumerate(variants[:3])]
    cart = (await _ask(client, W5[0], lines=lines))["cart"]
    given = {"cartId": cart["id"], "email": "ada@example.com", "shippingAddress": ADDRESS}
    checkout = (await _ask(client, W5[1], **given))["checkout"]
    chosen = {
        "shippingOptionId": checkout["shippingOptions"][0]["id"],
        "paymentOptionId": checkout["paymentOptions"][0]["id"],
    }
    checkout = (await _ask(client, W5[2], checkoutId=checkout["id"], **chosen))["checkout"]
    total = checkout["totals"]["total"]["amount"]
    paid = await _ask(
        client, W5[3], checkoutId=checkout["id"], expectedTotal=total, idempotencyKey=f"pay {checkout['id']}"
    )
    order: dict[str, Any] = paid["order"]
    if order["paymentStatus"] != "PAID":
        raise RuntimeError(f"The order is {order['paymentStatus']}.")
    return order


async def _ask(client: Client, document: str, **given: Any) -> dict[str, Any]:
    answer = orjson.loads(await client.send(graphql(document, {"input": given})))
    if "errors" in answer:
        raise RuntimeError(str(answer["errors"]))
    [payload] = answer["data"].values()
    if payload["userErrors"]:
        raise RuntimeError(str(payload["userErrors"]))
    return dict(payload)
