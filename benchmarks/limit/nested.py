"""A hundred products with brands, categories, attributes, options, variants, choices and prices."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from itertools import groupby
from typing import Any
from uuid import UUID

import asyncpg

from benchmarks.limit import statements
from benchmarks.limit.shapes import Json, amount, brand, choice, picked, placed
from commerce.kit.ids import encode

MOST = 100
Row = Mapping[str, Any]
BRANDED = f"""
with page as materialized ({statements.PICKED})
select product.id, product.name, product.slugs, brand.id as brand_id, brand.slug as brand_slug, brand.name as brand_name
from page join catalog_product as product on id = product_id left join catalog_brand as brand on brand.id = brand_id
order by -page.rank desc, product.id desc
"""
CATEGORIES = """
select product_id as owner, id, path, name, slugs, is_direct
from catalog_category_product join catalog_category on id = category_id
where product_id = any($1) order by catalog_category_product.position, id
"""
ATTRIBUTES = """
select product_id as owner, attribute.code, attribute.name, attribute.kind, value.code as value, value.name as shown
from catalog_product_attribute as said join catalog_attribute as attribute on attribute.id = attribute_id
join catalog_attribute_value as value on value.id = value_id
where product_id = any($1) order by attribute.position, attribute.code, said.position
"""
# One row for each value that a variant of the product chooses.
OPTIONS = """
select spans.product_id as owner, spans.id as option_id, option.code as option_code, option.name as option_name,
  value.id, value.code, value.name, value.color
from (select distinct product_id, option_id, value_id from catalog_variant
  join catalog_variant_choice on variant_id = id where product_id = any($1)) as offered
join catalog_option_value as value on value.id = value_id join catalog_option as option on option.id = offered.option_id
join catalog_product_option as spans on spans.product_id = offered.product_id and spans.option_id = offered.option_id
order by spans.position, value.position, value.id
"""
VARIANTS = """
select product_id as owner, id, sku, amount, compare_at from catalog_variant left join pricing_price as price
  on variant_id = id and channel_id = $2 and currency = $3
where product_id = any($1) order by position, id
"""
CHOICES = """
select choice.variant_id as owner, option.code as option_code, option.name as option_name, value.code, value.name,
  value.color
from catalog_variant as variant join catalog_variant_choice as choice on choice.variant_id = variant.id
join catalog_option_value as value on value.id = choice.value_id
join catalog_option as option on option.id = choice.option_id
join catalog_product_option as spans on spans.product_id = variant.product_id and spans.option_id = choice.option_id
where variant.product_id = any($1) order by spans.position
"""


async def everything(connection: asyncpg.Connection, category: UUID, here: Row) -> list[Json]:
    """The products of a category with all that hangs on them."""
    currency = here["currencies"][0]
    products = await connection.fetch(BRANDED, category, here["id"], datetime.now(UTC), MOST + 1)
    keys = [row["id"] for row in products[:MOST]]
    categories = grouped(await connection.fetch(CATEGORIES, keys))
    attributes = grouped(await connection.fetch(ATTRIBUTES, keys))
    options = grouped(await connection.fetch(OPTIONS, keys))
    variants = grouped(await connection.fetch(VARIANTS, keys, here["id"], currency))
    choices = grouped(await connection.fetch(CHOICES, keys))
    shown = []
    for row in products[:MOST]:
        key, name = row["id"], picked(row["name"])
        own = [_variant(one, name, choices.get(one["id"], []), currency) for one in variants.get(key, [])]
        shown.append(
            {
                "id": encode("product", key),
                "slug": picked(row["slugs"]),
                "name": name,
                "brand": brand(row),
                "categories": placed(categories.get(key, [])),
                "attributes": _attributes(attributes.get(key, [])),
                "options": _options(options.get(key, [])),
                "variants": {"nodes": own},
            }
        )
    return shown


def grouped(rows: Iterable[Row]) -> dict[UUID, list[Row]]:
    """Rows by their owner."""
    groups: dict[UUID, list[Row]] = {}
    for row in rows:
        groups.setdefault(row["owner"], []).append(row)
    return groups


def _attributes(rows: list[Row]) -> list[Json]:
    found = []
    for code, group in groupby(rows, key=lambda row: row["code"]):
        own = list(group)
        values, shown = [row["value"] for row in own], [picked(row["shown"]) for row in own]
        found.append({"code": code, "label": picked(own[0]["name"]), "value": values, "display": shown})
    return found


def _options(rows: list[Row]) -> list[Json]:
    found = []
    for key, group in groupby(rows, key=lambda row: row["option_id"]):
        own = list(group)
        first, values = own[0], [_value(row) for row in own]
        label = picked(first["option_name"])
        found.append({"id": encode("option", key), "code": first["option_code"], "label": label, "values": values})
    return found


def _value(row: Row) -> Json:
    shown = {"code": row["code"], "label": picked(row["name"]), "color": row["color"]}
    return {"id": encode("option_value", row["id"]), **shown}


def _variant(row: Row, product_name: str, rows: list[Row], currency: str) -> Json:
    chosen = [choice(one) for one in rows]
    price = None
    if row["amount"] is not None:
        before = {"amount": amount(row["compare_at"])} if row["compare_at"] else None
        price = {"current": {"amount": amount(row["amount"]), "currencyCode": currency}, "compareAt": before}
    return {
        "id": encode("variant", row["id"]),
        "sku": row["sku"],
        "name": " / ".join([one["value"]["label"] for one in chosen]) or product_name,
        "selectedOptions": chosen,
        "price": price,
    }
