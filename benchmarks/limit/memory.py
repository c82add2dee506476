"""What is little and seldom changes, read once: our server has it in memory as well."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg

from benchmarks.limit.shapes import Json, picked
from commerce.kit.ids import encode

Row = Mapping[str, Any]
CHANNEL = """
select id, code, currencies, countries from channels_channel
where is_active order by is_default desc, created_at, id limit 1
"""
RATES = "select country, class_code, ppm from tax_rate where region is null"
CATEGORIES = "select id, path, name, slugs from catalog_category"
BRANDS = "select id, slug, name from catalog_brand"
ATTRIBUTES = "select id, code, name, position from catalog_attribute"
ATTRIBUTE_VALUES = "select id, attribute_id, code, name, position from catalog_attribute_value"
OPTIONS = "select id, code, name from catalog_option"
OPTION_VALUES = "select id, option_id, code, name, color, position from catalog_option_value"


@dataclass(frozen=True)
class Memory:
    """The channel, and rows by their keys."""

    here: Row
    rates: dict[tuple[str, str], int]
    categories: dict[UUID, Row]
    brands: dict[UUID, Row]
    attributes: dict[UUID, Row]
    attribute_values: dict[UUID, Row]
    options: dict[UUID, Row]
    option_values: dict[UUID, Row]

    @property
    def currency(self) -> str:
        return str(self.here["currencies"][0])

    def rate(self, country: str, tax_class: str) -> int:
        return self.rates.get((country, tax_class), 0)

    def brand(self, key: UUID | None) -> Json | None:
        if key is None:
            return None
        row = self.brands[key]
        return {"id": encode("brand", key), "name": picked(row["name"]), "slug": row["slug"]}

    def category(self, key: UUID) -> Json:
        row = self.categories[key]
        return {"id": encode("category", key), "slug": picked(row["slugs"]), "name": picked(row["name"])}

    def placed(self, keys: list[UUID]) -> list[Json]:
        """The categories that a product was put into, with those above them."""
        return [
            {**self.category(key), "ancestors": [self.category(above) for above in self.categories[key]["path"]]}
            for key in keys
        ]

    def choice(self, value: UUID) -> Json:
        """A chosen value with its option."""
        row = self.option_values[value]
        option = self.options[row["option_id"]]
        shown = {"code": row["code"], "label": picked(row["name"]), "color": row["color"]}
        return {"option": {"code": option["code"], "label": picked(option["name"])}, "value": shown}


async def read(connection: asyncpg.Connection) -> Memory:
    """Everything, as it is now."""

    async def by_key(query: str) -> dict[UUID, Row]:
        return {row["id"]: row for row in await connection.fetch(query)}

    rates = {(row["country"], row["class_code"]): row["ppm"] for row in await connection.fetch(RATES)}
    return Memory(
        await connection.fetchrow(CHANNEL),
        rates,
        await by_key(CATEGORIES),
        await by_key(BRANDS),
        await by_key(ATTRIBUTES),
        await by_key(ATTRIBUTE_VALUES),
        await by_key(OPTIONS),
        await by_key(OPTION_VALUES),
    )
