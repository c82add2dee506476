"""A product by its slug, with all its variants."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import asyncpg

from benchmarks.limit import statements
from benchmarks.limit.memory import Memory
from benchmarks.limit.shapes import LOCALES, Json, amount, medium, picked, tax_within
from commerce.kit.ids import encode

Row = Mapping[str, Any]


async def product(connection: asyncpg.Connection, slug: str, known: Memory) -> Json | None:
    """The product that is seen under a slug."""
    here = known.here["id"]
    row = await connection.fetchrow(statements.PRODUCT, slug, list(LOCALES), here, datetime.now(UTC))
    if row is None:
        return None
    media = await connection.fetch(statements.MEDIA, row["id"])
    categories = await connection.fetch(statements.CATEGORIES, row["id"])
    variants = await connection.fetch(statements.VARIANTS, row["id"], here, known.currency)
    ppm, name = known.rate(known.here["countries"][0], row["tax_class"]), picked(row["name"])
    return {
        "id": encode("product", row["id"]),
        "slug": picked(row["slugs"]),
        "name": name,
        "description": picked(row["description"]),
        "brand": known.brand(row["brand_id"]),
        "media": [medium(one) for one in media],
        "categories": known.placed([one["category_id"] for one in categories]),
        "variants": {"nodes": [_variant(one, name, ppm, known) for one in variants]},
    }


def _variant(row: Row, product_name: str, ppm: int, known: Memory) -> Json:
    chosen = [known.choice(value) for value in row["choices"] or ()]
    return {
        "id": encode("variant", row["id"]),
        "sku": row["sku"],
        "name": " / ".join([one["value"]["label"] for one in chosen]) or product_name,
        "selectedOptions": chosen,
        "price": None if row["amount"] is None else _price(row, ppm, known.currency),
        "availability": _availability(int(row["units"] or 0)),
    }


def _price(row: Row, ppm: int, currency: str) -> Json:
    gross = row["amount"]
    return {
        "current": {"amount": amount(gross), "currencyCode": currency},
        "compareAt": {"amount": amount(row["compare_at"])} if row["compare_at"] else None,
        "taxed": {"net": {"amount": amount(gross - tax_within(gross, ppm))}, "gross": {"amount": amount(gross)}},
    }


def _availability(units: int) -> Json:
    status = "OUT_OF_STOCK" if units <= 0 else "LOW_STOCK" if units <= 5 else "IN_STOCK"
    return {"status": status, "quantity": units if units <= 10 else None}
