"""What a storefront asks for: the workloads, and the requests that are made for them."""

import itertools
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from benchmarks import documents
from benchmarks.http import Client, request
from commerce.kit import ids

CART_LINES = 4
"""Lines of a cart before W4 adds another."""
WORDS = ("mug", "lamp", "bag", "pen", "chair", "blanket", "bowl", "Harbor", "Brass", "Amber", "Slate", "Cedar", "Ivory")
"""Each is a word of every seventh or eighth product."""


@dataclass(frozen=True)
class Workload:
    """Something that a storefront does, and what it may come to at most: statements, and milliseconds of CPU."""

    name: str
    title: str
    most_sql: int
    most_cpu: float
    most_postgres_cpu: float
    has_limit: bool = True
    is_public: bool = True
    """Whether it reads what anyone may read, so that answers can be used again."""
    uses_carts: bool = False
    """Whether each request uses up a prepared cart."""


WORKLOADS = (
    Workload("W0", "nothing: { __typename }", 0, 0.25, 0),
    Workload("W1", "listing, 24 products of a category", 4, 2, 2),
    Workload("W2", "product by slug, with variants", 8, 3, 3),
    Workload("W3", "search by a word of every eighth product, with facets", 5, 4, 10),
    Workload("W3r", "search by a word of forty products, with facets", 5, 4, 10),
    Workload("W4", "add a fifth line, whole cart back", 12, 8, 5, is_public=False, uses_carts=True),
    Workload("W5", "guest checkout, 3 lines, paid order", 60, 40, 25, has_limit=False, is_public=False),
    Workload("W6", "order history, 10 orders with lines", 5, 4, 3, is_public=False),
    Workload("W7", "100 products with all that hangs on them", 8, 15, 15),
)


@dataclass(frozen=True)
class Shelf:
    """Keys of what is asked for, the same in each run."""

    categories: list[UUID]
    slugs: list[str]
    variants: list[UUID]
    series: list[str]
    emails: list[str]


async def shelf(connection: asyncpg.Connection) -> Shelf:
    """All categories, and some of everything else, spread evenly."""

    async def column(query: str) -> list[Any]:
        return [row[0] for row in await connection.fetch(query)]

    return Shelf(
        await column("select id from catalog_category order by position"),
        await column("select slug from catalog_slug where slug ~ '^product-' order by md5(slug) limit 200"),
        await column("select id from catalog_variant order by md5(sku) limit 100"),
        await column(
            "select series from (select distinct split_part(name->>'en', ' ', 3) from catalog_product) as named (series)"
            " order by md5(series) limit 40"
        ),
        await column(
            "select email from (select 'buyer-' || n || '@example.com' from generate_series(0,"
            " (select count(distinct email_index) from orders_order) - 1) as n) as all_of_them (email)"
            " order by md5(email) limit 200"
        ),
    )


@dataclass(frozen=True)
class Made:
    """What was made for a round: carts that are open, and the token of somebody who is signed in."""

    carts: list[UUID]
    token: str


def graphql(document: str, variables: dict[str, Any] | None = None, token: str = "") -> bytes:
    """A request to our server."""
    headers = {"Accept-Language": "en", "X-Channel": "web"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    return request("POST", "/graphql", orjson.dumps({"query": document, "variables": variables or {}}), headers)


def get(target: str, token: str = "") -> bytes:
    """A request to the limit."""
    return request("GET", target, headers={"Authorization": f"Bearer {token}"} if token else {})


def _add(cart: UUID, shelf: Shelf) -> dict[str, Any]:
    line = {"variantId": ids.encode("variant", shelf.variants[CART_LINES]), "quantity": 1}
    return {"input": {"cartId": ids.encode("cart", cart), "lines": [line]}}


Requests = Callable[[Shelf, Made], Iterable[bytes]]


def _of_category(document: str, most: int) -> Requests:
    return lambda shelf, _: [
        graphql(document, {"category": ids.encode("category", key)}) for key in shelf.categories[:most]
    ]


OURS: dict[str, Requests] = {
    "W0": lambda _shelf, _made: [graphql(documents.W0)],
    "W1": _of_category(documents.W1, 60),
    "W2": lambda shelf, _: [graphql(documents.W2, {"slug": slug}) for slug in shelf.slugs],
    "W3": lambda _shelf, _made: [graphql(documents.W3, {"words": word}) for word in WORDS],
    "W3r": lambda shelf, _: [graphql(documents.W3, {"words": word}) for word in shelf.series],
    "W4": lambda shelf, made: [graphql(documents.W4, _add(cart, shelf)) for cart in made.carts],
    "W6": lambda shelf, made: [graphql(documents.W6, {"email": email}, made.token) for email in shelf.emails],
    "W7": _of_category(documents.W7, 20),
}
"""The requests of each workload, as our server takes them."""
LIMIT: dict[str, Requests] = {
    "W0": lambda _shelf, _made: [get("/w0")],
    "W1": lambda shelf, _: [get(f"/w1?category={key}") for key in shelf.categories],
    "W2": lambda shelf, _: [get(f"/w2?slug={slug}") for slug in shelf.slugs],
    "W3": lambda _shelf, _made: [get(f"/w3?words={word}") for word in WORDS],
    "W3r": lambda shelf, _: [get(f"/w3?words={word}") for word in shelf.series],
    "W4": lambda shelf, made: [
        request("POST", f"/w4?cart={key}&variant={shelf.variants[CART_LINES]}") for key in made.carts
    ],
    "W6": lambda shelf, made: [get(f"/w6?email={email}", made.token) for email in shelf.emails],
    "W7": lambda shelf, _: [get(f"/w7?category={key}") for key in shelf.categories[:20]],
}
"""The same requests in the same order, as the hand-written server takes them."""


@dataclass(frozen=True)
class Step:
    """One unit of work: what is counted as one request, or for W5 as one order."""

    run: Callable[[Client], Awaitable[bytes]]
    different: int
    """How many there are before they come again."""


def sends(requests: Iterable[bytes]) -> Step:
    """One request each; its answer must be without errors."""
    bodies = list(requests)
    endless = itertools.cycle(bodies)

    async def step(client: Client) -> bytes:
        answer = await client.send(next(endless))
        if b'"errors"' in answer or b'"userErrors":[{' in answer:
            raise RuntimeError(answer.decode())
        return answer

    return Step(step, len(bodies))
