"""Whole conversations with our server: signing in, and buying."""

from typing import Any
from uuid import UUID

import orjson

from benchmarks import documents
from benchmarks.http import Client
from benchmarks.servers import SECRET
from benchmarks.workloads import Step, graphql
from commerce.accounts import actions as accounts
from commerce.kit import ids
from commerce.kit.actor import SHOP
from commerce.kit.context import Context
from commerce.kit.db import Database
from commerce.kit.notary import Notary
from commerce.kit.sealing import Vault

ADDRESS = {"name": "Ada Park", "lines": ["Hafenstraße 1"], "city": "Hamburg", "postalCode": "20457", "country": "DE"}
READER = {"email": "reader@example.com", "password": "a long way to the harbor"}


async def make_reader(url: str) -> None:
    """An account that may read the orders."""
    database = await Database.connect(url, 2, 10)
    database.vault, database.notary = Vault([SECRET]), Notary([SECRET])
    try:
        given = READER["email"], READER["password"]
        await accounts.make_admin(Context(database, actor=SHOP), name="Reader", email=given[0], password=given[1])
    finally:
        await database.close()


async def sign_in(port: int) -> str:
    """A fresh access token."""
    async with Client(port) as client:
        answer = await _ask(client, documents.SIGN_IN, credential={"password": READER})
    return str(answer["tokens"]["accessToken"])


def purchases(variants: list[UUID]) -> Step:
    """A guest buys three things, in four requests, up to the paid order."""
    lines = [{"variantId": ids.encode("variant", key), "quantity": n + 1} for n, key in enumerate(variants[:3])]

    async def step(client: Client) -> bytes:
        return orjson.dumps(await _purchase(client, lines))

    return Step(step, 1)


async def _purchase(client: Client, lines: list[dict[str, Any]]) -> dict[str, Any]:
    create, start, update, complete = documents.W5
    cart = (await _ask(client, create, lines=lines))["cart"]
    given = {"cartId": cart["id"], "email": "ada@example.com", "shippingAddress": ADDRESS}
    checkout = (await _ask(client, start, **given))["checkout"]
    chosen = {
        "shippingOptionId": checkout["shippingOptions"][0]["id"],
        "paymentOptionId": checkout["paymentOptions"][0]["id"],
    }
    checkout = (await _ask(client, update, checkoutId=checkout["id"], **chosen))["checkout"]
    total, key = checkout["totals"]["total"]["amount"], f"pay {checkout['id']}"
    order: dict[str, Any] = (
        await _ask(client, complete, checkoutId=checkout["id"], expectedTotal=total, idempotencyKey=key)
    )["order"]
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
