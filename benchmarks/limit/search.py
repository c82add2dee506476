"""A search by a word, with facets."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import asyncpg

from benchmarks.limit import statements
from benchmarks.limit.memory import Memory
from benchmarks.limit.shapes import Json, amount, card, picked

PAGE = 24
MOST_VALUES = 50
Row = Mapping[str, Any]
_SAID = "lower(jsonb_path_query_array({}.name, '$.*')::text) like $1"
# All that is found, in order: the page is cut from it, and the facets are counted over it, so that words are looked for once.
FOUND = f"""
select id from catalog_product as product where {statements.SEEN} and ({_SAID.format("product")}
  or brand_id in (select id from catalog_brand as brand where {_SAID.format("brand")})
  or id in (select product_id from catalog_variant where lower(sku) like $1)
  or id in (select product_id from catalog_category_product join catalog_category as category on id = category_id
            where {_SAID.format("category")}))
order by -rank desc, id desc
"""
CARDS = "select id, name, slugs from catalog_product where id = any($1)"
FACETS = """
select 'attribute' as kind, value_id as key, count(*), null::bigint as least, null::bigint as most
from catalog_product_attribute where product_id = any($1) group by 2
union all
select 'option', value_id, count(distinct product_id), null, null
from catalog_variant join catalog_variant_choice on variant_id = id where product_id = any($1) group by 2
union all
select 'brand', brand_id, count(*), null, null from catalog_product where id = any($1) group by 2
union all
select 'available', null, count(distinct product_id), null, null
from catalog_variant as variant join pricing_price as price
  on price.variant_id = variant.id and price.channel_id = $2 and currency = $3
join inventory_stock as stock on stock.variant_id = variant.id
join inventory_channel_warehouse as sold on sold.warehouse_id = stock.warehouse_id and sold.channel_id = $2
where product_id = any($1) and on_hand - reserved - committed - safety > 0
union all
select 'price', null, null, min(amount), max(amount)
from catalog_variant join pricing_price on variant_id = id and channel_id = $2 and currency = $3
where product_id = any($1)
"""


async def found(connection: asyncpg.Connection, words: str, known: Memory) -> Json:
    """The first products that have a word, and the facets of all of them."""
    pattern = "%" + re.sub(r"([\\%_])", r"\\\1", words.lower()) + "%"
    here, currency = known.here["id"], known.currency
    keys = [row["id"] for row in await connection.fetch(FOUND, pattern, here, datetime.now(UTC))]
    page = keys[:PAGE]
    cards = {row["id"]: row for row in await connection.fetch(CARDS, page)}
    images = {row["product_id"]: row for row in await connection.fetch(statements.IMAGES, page)}
    prices = await connection.fetch(statements.RANGES, page, here, currency)
    ranges = {row["product_id"]: row for row in prices}
    counted = await connection.fetch(FACETS, keys, here, currency)
    return {
        "nodes": [card(cards[key], images.get(key), ranges.get(key), currency) for key in page],
        "totalCount": len(keys),
        "facets": _facets(counted, known),
        "pageInfo": {"hasNextPage": len(keys) > PAGE},
    }


def _facets(rows: list[Row], known: Memory) -> list[Json]:
    """The shop's own first, then attributes in their order, then options."""
    shown: dict[tuple[Any, ...], Json] = {}
    for row in rows:
        if row["kind"] == "price":
            if row["least"] is not None:
                shown[0, 1] = _range(row)
        elif row["count"]:
            place, code, label, value = _named(row, known)
            facet = shown.setdefault(place, _empty(code, label, row["kind"]))
            facet["values"].append((*value, row["count"]))
    for facet in shown.values():
        facet["values"] = _values(facet["values"])
    return [shown[place] for place in sorted(shown)]


def _named(row: Row, known: Memory) -> tuple[tuple[Any, ...], str, str, tuple[Any, ...]]:
    """Where the facet of a value stands, its code and label, and place, code, label and color of the value."""
    kind, key = row["kind"], row["key"]
    if kind == "brand":
        brand = known.brands[key]
        return (0, 0), "brand", "Brand", (0, brand["slug"], picked(brand["name"]), None)
    if kind == "available":
        return (0, 2), "available", "In stock", (0, "true", "Yes", None)
    if kind == "attribute":
        value = known.attribute_values[key]
        facet, color = known.attributes[value["attribute_id"]], None
        place: tuple[Any, ...] = (1, facet["position"], facet["code"])
    else:
        value = known.option_values[key]
        facet, color = known.options[value["option_id"]], value["color"]
        place = (2, facet["code"])
    return place, facet["code"], picked(facet["name"]), (value["position"], value["code"], picked(value["name"]), color)


def _range(row: Row) -> Json:
    ends = {"min": amount(row["least"]), "max": amount(row["most"])}
    return {"code": "price", "label": "Price", "kind": "RANGE", "values": [], "range": ends}


def _empty(code: str, label: str, kind: str) -> Json:
    control = "TOGGLE" if kind == "available" else "CHOICE"
    return {"code": code, "label": label, "kind": control, "values": [], "range": None}


def _values(counted: list[tuple[Any, ...]]) -> list[Json]:
    """Those with most products, in their order."""
    most = sorted(counted, key=lambda one: (-one[4], one[1]))[:MOST_VALUES]
    return [
        {"value": value, "label": label, "count": count, "isSelected": False, "color": color}
        for _, value, label, color, count in sorted(most, key=lambda one: (one[0], -one[4], one[1]))
    ]
