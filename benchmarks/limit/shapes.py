"""The dicts of the answers."""

import os
from collections.abc import Mapping
from typing import Any

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


def card(row: Row, picture: Row | None, price: Row | None, currency: str) -> Json:
    """A product in a list."""
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


def medium(row: Row) -> Json:
    if row["kind"] == "VIDEO":
        return {"id": encode("video", row["id"]), **image(row)}
    return {"id": encode("image", row["id"]), **image(row), "width": row["width"], "height": row["height"]}


def tax_within(gross: int, ppm: int) -> int:
    """The tax in an amount, halves up."""
    return (2 * gross * ppm + 1_000_000 + ppm) // (2 * (1_000_000 + ppm))


def tax_on(net: int, ppm: int) -> int:
    """The tax on an amount, halves up."""
    return (2 * net * ppm + 1_000_000) // 2_000_000
