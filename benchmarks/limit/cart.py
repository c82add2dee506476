"""A line is added to a cart: checked, written and answered in one transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from benchmarks.limit import shapes, statements
from benchmarks.limit.memory import Memory
from benchmarks.limit.shapes import amount, picked
from commerce.kit.ids import encode, new_key

Json = dict[str, Any]
Line = dict[str, Any]


class CannotBeBoughtError(Exception):
    """What our server would answer with a user error; the limit never meets it."""


async def add_line(connection: asyncpg.Connection, key: UUID, variant: UUID, known: Memory, now: datetime) -> Json:
    """One more of a variant; the whole cart. The cart is locked first, so that changes come one after the other."""
    cart = await connection.fetchrow(statements.CART, key)
    if cart is None or cart["state"] != "OPEN":
        raise CannotBeBoughtError
    here = known.here["id"]
    rows = await connection.fetch(statements.LINES, cart["currency"], here, here, now, key, new_key(), variant)
    lines = [dict(row) for row in rows]
    touched = next(line for line in lines if line["variant_id"] == variant)
    touched |= {"quantity": touched["quantity"] + 1, "title": touched["name"], "unit_amount": touched["amount"]}
    if not _can_be_bought(touched):
        raise CannotBeBoughtError
    saved = (touched["id"], key, variant, touched["quantity"], touched["title"], touched["unit_amount"], now)
    await connection.execute(statements.SAVE_LINE, *saved)
    await connection.execute(statements.SAVE_CART, key, now + timedelta(days=30))
    keys = [line["variant_id"] for line in lines]
    images = {row["id"]: row for row in await connection.fetch(statements.VARIANT_IMAGES, keys)}
    return {
        "id": encode("cart", key),
        "version": cart["version"] + 1,
        "totalQuantity": sum(line["quantity"] for line in lines),
        "totals": _totals(lines, known, cart),
        "lines": [_line(line, images.get(line["variant_id"]), known) for line in lines],
        "warnings": [],
    }


def _can_be_bought(line: Line) -> bool:
    most = line["max_per_order"]
    fits = line["quantity"] <= (line["units"] or 0) and (most is None or line["quantity"] <= most)
    return fits and line["visible"] and line["amount"] is not None


def _totals(lines: Sequence[Line], known: Memory, cart: Mapping[str, Any]) -> Json:
    """The channel's prices include the tax, which is rounded once per line."""
    sums = [(line["quantity"] * line["amount"], known.rate(cart["country"], line["tax_class"])) for line in lines]
    total = sum(gross for gross, _ in sums)
    tax = sum(shapes.tax_within(gross, ppm) for gross, ppm in sums)
    return {
        "subtotal": {"amount": amount(total)},
        "discount": {"amount": amount(0)},
        "shipping": None,
        "tax": {"amount": amount(tax)},
        "taxIncluded": True,
        "total": {"amount": amount(total), "currencyCode": cart["currency"]},
        "isEstimate": True,
    }


def _line(line: Line, picture: Mapping[str, Any] | None, known: Memory) -> Json:
    total = amount(line["quantity"] * line["amount"])
    chosen = [picked(known.option_values[value]["name"]) for value in line["choices"] or ()]
    name = " / ".join(chosen) or picked(line["name"])
    return {
        "id": encode("cart_line", line["id"]),
        "quantity": line["quantity"],
        "title": picked(line["title"]),
        "unitPrice": {
            "current": {"amount": amount(line["amount"])},
            "compareAt": {"amount": amount(line["compare_at"])} if line["compare_at"] else None,
        },
        "subtotal": {"amount": total},
        "total": {"amount": total},
        "variant": {
            "id": encode("variant", line["variant_id"]),
            "sku": line["sku"],
            "name": name,
            "image": shapes.image(picture) if picture else None,
        },
    }
