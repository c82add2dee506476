"""The dicts of the answers."""

import os
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from commerce.kit.ids import encode

Json = dict[str, Any]
Row = Mapping[str, Any]
LOCALES = ("en",)
MEDIA = os.environ.get("COMMERCE_PUBLIC_URL", "http://127.0.0.1:8000") + "/media/"


def picked(texts: Mapping[str, str]) -> str:
    return texts.get("en") or next(iter(texts.values()), "")


def amount(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02d}"


def image(row: Row) -> Json:
    return {"url": MEDIA + row["path"], "alt": picked(row["alt"])}


def card(row: Row, picture: Row | None, price: Row | None, here: Row) -> Json:
    """A product in a list."""
    currency = here["currencies"][0]
    return {
        "id": encode("product", row["id"]),
        "name": picked(row["name"]),
        "slug": picked(row["slugs"]),
        "featuredImage": image(picture) if picture else None,
        "priceRange": {
            "min": {"current": {"amount": amount(price["least"]), "currencyCode": currency}},
            "max": {"current": {"amount": amount(price["most"]), "currencyCode": currency}},
        }
        if price
        else None,
    }


def product(
    row: Row,
    media: Sequence[Row],
    categories: Sequence[Row],
    variants: Sequence[Row],
    choices: Sequence[Row],
    ppm: int,
    here: Row,
) -> Json:
    """A product on its own page."""
    chosen: dict[UUID, list[Json]] = {}
    for one in choices:
        chosen.setdefault(one["variant_id"], []).append(choice(one))
    name = picked(row["name"])
    return {
        "id": encode("product", row["id"]),
        "slug": picked(row["slugs"]),
        "name": name,
        "description": picked(row["description"]),
        "brand": brand(row),
        "media": [_medium(one) for one in media],
        "categories": placed(categories),
        "variants": {"nodes": [_variant(one, name, chosen.get(one["id"], []), ppm, here) for one in variants]},
    }


def _medium(row: Row) -> Json:
    if row["kind"] == "VIDEO":
        return {"id": encode("video", row["id"]), **image(row)}
    return {"id": encode("image", row["id"]), **image(row), "width": row["width"], "height": row["height"]}


def brand(row: Row) -> Json | None:
    if row["brand_id"] is None:
        return None
    return {"id": encode("brand", row["brand_id"]), "name": picked(row["brand_name"]), "slug": row["brand_slug"]}


def placed(rows: Sequence[Row]) -> list[Json]:
    """The categories of one product, from those that it was put into and those above them."""
    found = {
        row["id"]: {"id": encode("category", row["id"]), "slug": picked(row["slugs"]), "name": picked(row["name"])}
        for row in rows
    }
    return [{**found[row["id"]], "ancestors": [found[key] for key in row["path"]]} for row in rows if row["is_direct"]]


def choice(row: Row) -> Json:
    return {
        "option": {"code": row["option_code"], "label": picked(row["option_name"])},
        "value": {"code": row["code"], "label": picked(row["name"]), "color": row["color"]},
    }


def _variant(row: Row, product_name: str, chosen: list[Json], ppm: int, here: Row) -> Json:
    return {
        "id": encode("variant", row["id"]),
        "sku": row["sku"],
        "name": " / ".join([one["value"]["label"] for one in chosen]) or product_name,
        "selectedOptions": chosen,
        "price": None if row["amount"] is None else _price(row, ppm, here),
        "availability": _availability(int(row["units"] or 0)),
    }


def _price(row: Row, ppm: int, here: Row) -> Json:
    gross = row["amount"]
    tax = tax_within(gross, ppm)
    return {
        "current": {"amount": amount(gross), "currencyCode": here["currencies"][0]},
        "compareAt": {"amount": amount(row["compare_at"])} if row["compare_at"] else None,
        "taxed": {"net": {"amount": amount(gross - tax)}, "gross": {"amount": amount(gross)}},
    }


def tax_within(gross: int, ppm: int) -> int:
    """The tax in an amount, halves up."""
    return (2 * gross * ppm + 1_000_000 + ppm) // (2 * (1_000_000 + ppm))


def tax_on(net: int, ppm: int) -> int:
    """The tax on an amount, halves up."""
    return (2 * net * ppm + 1_000_000) // 2_000_000


def _availability(units: int) -> Json:
    status = "OUT_OF_STOCK" if units <= 0 else "LOW_STOCK" if units <= 5 else "IN_STOCK"
    return {"status": status, "quantity": units if units <= 10 else None}
