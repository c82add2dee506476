"""A hundred products with brands, categories, attributes, options, variants, choices and prices."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from itertools import groupby
from typing import Any
from uuid import UUID

import asyncpg

from benchmarks.limit import statements
from benchmarks.limit.memory import Memory
from benchmarks.limit.shapes import Json, amount, picked
from commerce.kit.ids import encode

MOST = 100
Row = Mapping[str, Any]
PAGE = f"""
with page as materialized ({statements.PICKED})
select id, name, slugs, brand_id from page join catalog_product as product on id = product_id
order by -page.rank desc, id desc
"""
CATEGORIES = """
select product_id as owner, category_id from catalog_category_product
where product_id = any($1) and is_direct order by position, category_id
"""
ATTRIBUTES = """
select product_id as owner, attribute_id, value_id from catalog_product_attribute
where product_id = any($1) order by position
"""
OPTIONS = """
select product_id as owner, id, option_id from catalog_product_option where product_id = any($1) order by position
"""
VARIANTS = """
select product_id as owner, id, sku, amount, compare_at,
  (select array_agg(value_id) from catalog_variant_choice where variant_id = id) as choices
from catalog_variant left join pricing_price as price on variant_id = id and channel_id = $2 and currency = $3
where product_id = any($1) order by position, id
"""


async def everything(connection: asyncpg.Connection, category: UUID, known: Memory) -> list[Json]:
    """The products of a category with all that hangs on them."""
    here = known.here["id"]
    products = (await connection.fetch(PAGE, category, here, datetime.now(UTC), MOST + 1))[:MOST]
    keys = [row["id"] for row in products]
    categories = grouped(await connection.fetch(CATEGORIES, keys))
    attributes = grouped(await connection.fetch(ATTRIBUTES, keys))
    options = grouped(await connection.fetch(OPTIONS, keys))
    variants = grouped(await connection.fetch(VARIANTS, keys, here, known.currency))
    shown = []
    for row in products:
        key, name, spans = row["id"], picked(row["name"]), options.get(row["id"], [])
        own = variants.get(key, [])
        shown.append(
            {
                "id": encode("product", key),
                "slug": picked(row["slugs"]),
                "name": name,
                "brand": known.brand(row["brand_id"]),
                "categories": known.placed([one["category_id"] for one in categories.get(key, [])]),
                "attributes": _attributes(attributes.get(key, []), known),
                "options": _options(spans, own, known),
                "variants": {"nodes": [_variant(one, name, spans, known) for one in own]},
            }
        )
    return shown


def grouped(rows: Iterable[Row]) -> dict[UUID, list[Row]]:
    """Rows by their owner."""
    groups: dict[UUID, list[Row]] = {}
    for row in rows:
        groups.setdefault(row["owner"], []).append(row)
    return groups


def _attributes(rows: list[Row], known: Memory) -> list[Json]:
    """In the order of the attributes; several values of one stand together."""
    named = sorted(rows, key=lambda row: (known.attributes[row["attribute_id"]]["position"], row["attribute_id"]))
    found = []
    for key, group in groupby(named, key=lambda row: row["attribute_id"]):
        attribute, values = known.attributes[key], [known.attribute_values[row["value_id"]] for row in group]
        codes, shown = [value["code"] for value in values], [picked(value["name"]) for value in values]
        found.append({"code": attribute["code"], "label": picked(attribute["name"]), "value": codes, "display": shown})
    return found


def _options(spans: list[Row], variants: list[Row], known: Memory) -> list[Json]:
    """The options of a product, with the values that its variants have."""
    offered: dict[UUID, set[UUID]] = {}
    for variant in variants:
        for value in variant["choices"] or ():
            offered.setdefault(known.option_values[value]["option_id"], set()).add(value)
    shown = []
    for row in spans:
        if row["option_id"] not in offered:
            continue
        option, values = (
            known.options[row["option_id"]],
            [known.option_values[key] for key in offered[row["option_id"]]],
        )
        values.sort(key=lambda value: (value["position"], value["id"]))
        label = picked(option["name"])
        named = [_value(value) for value in values]
        shown.append({"id": encode("option", row["id"]), "code": option["code"], "label": label, "values": named})
    return shown


def _value(row: Row) -> Json:
    shown = {"code": row["code"], "label": picked(row["name"]), "color": row["color"]}
    return {"id": encode("option_value", row["id"]), **shown}


def _variant(row: Row, product_name: str, spans: list[Row], known: Memory) -> Json:
    of_option = {known.option_values[value]["option_id"]: value for value in row["choices"] or ()}
    chosen = [known.choice(of_option[span["option_id"]]) for span in spans if span["option_id"] in of_option]
    price = None
    if row["amount"] is not None:
        before = {"amount": amount(row["compare_at"])} if row["compare_at"] else None
        price = {"current": {"amount": amount(row["amount"]), "currencyCode": known.currency}, "compareAt": before}
    return {
        "id": encode("variant", row["id"]),
        "sku": row["sku"],
        "name": " / ".join([one["value"]["label"] for one in chosen]) or product_name,
        "selectedOptions": chosen,
        "price": price,
    }
