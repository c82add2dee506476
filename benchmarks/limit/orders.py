"""The order history of somebody who is signed in."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg

from benchmarks.limit.shapes import Json, amount, picked, tax_on
from commerce.accounts.rules import tokens
from commerce.accounts.values import TokenKeys
from commerce.kit.ids import encode
from commerce.kit.sealing import Vault

PAGE = 10
MAY_READ = "ORDERS_READ"
SESSION = """
select permissions from accounts_account as account join accounts_session as session on account_id = account.id
where account.id = $1 and is_active and session.id = $2 and revoked_at is null and session.expires_at > $3
"""
ORDERS = """
select id, number, placed_at, status, payment_status, currency, subtotal, discount, shipping, tax, total, includes_tax
from orders_order where email_index = any($1) order by placed_at desc, id desc limit $2
"""
LINES = """
select order_id, id, title, variant_title, sku, quantity, fulfilled, unit, total, tax, ppm
from orders_line where order_id = any($1) order by position
"""


class NotAllowedError(Exception):
    """What our server would refuse; the limit never meets it."""


async def history(
    connection: asyncpg.Connection, keys: TokenKeys, vault: Vault, authorization: str, email: str
) -> Json:
    """The latest orders, for somebody who may read them."""
    now = datetime.now(UTC)
    claims = tokens.claims_of(keys, authorization.removeprefix("Bearer "), now)
    if claims is None:
        raise NotAllowedError
    permissions = await connection.fetchval(SESSION, claims.account, claims.session, now)
    if permissions is None or MAY_READ not in permissions:
        raise NotAllowedError
    orders = await connection.fetch(ORDERS, vault.indexes("email", email), PAGE + 1)
    shown = orders[:PAGE]
    lines: dict[UUID, list[Any]] = {order["id"]: [] for order in shown}
    for line in await connection.fetch(LINES, list(lines)):
        lines[line["order_id"]].append(line)
    nodes = [_order(order, lines[order["id"]]) for order in shown]
    return {"nodes": nodes, "pageInfo": {"hasNextPage": len(orders) > PAGE}}


def _order(row: Mapping[str, Any], lines: Sequence[Mapping[str, Any]]) -> Json:
    currency, included = row["currency"], row["includes_tax"]
    sums = {name: {"amount": amount(row[name])} for name in ("subtotal", "discount", "shipping", "tax")}
    return {
        "id": encode("order", row["id"]),
        "number": row["number"],
        "placedAt": row["placed_at"].isoformat().replace("+00:00", "Z"),
        "status": row["status"],
        "paymentStatus": row["payment_status"],
        "fulfillmentStatus": _sent(lines),
        "totals": {
            **sums,
            "taxIncluded": included,
            "total": {"amount": amount(row["total"]), "currencyCode": currency},
            "isEstimate": False,
        },
        "lines": [_line(line, currency, included) for line in lines],
    }


def _sent(lines: Sequence[Mapping[str, Any]]) -> str:
    if all(line["fulfilled"] == line["quantity"] for line in lines):
        return "FULFILLED"
    return "PARTIALLY_FULFILLED" if any(line["fulfilled"] for line in lines) else "UNFULFILLED"


def _line(row: Mapping[str, Any], currency: str, included: bool) -> Json:
    unit, total, tax = row["unit"], row["total"], row["tax"]
    net, gross = (total - tax, total) if included else (total, total + tax)
    of_one = unit if included else unit + tax_on(unit, row["ppm"])
    return {
        "id": encode("order_line", row["id"]),
        "title": picked(row["title"]),
        "variantTitle": picked(row["variant_title"]) or None,
        "sku": row["sku"],
        "quantity": row["quantity"],
        "fulfilledQuantity": row["fulfilled"],
        "unitPrice": {"gross": {"amount": amount(of_one)}},
        "total": {"net": {"amount": amount(net)}, "gross": {"amount": amount(gross), "currencyCode": currency}},
    }
