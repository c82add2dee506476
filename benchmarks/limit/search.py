"""A search by a word, with facets."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

import asyncpg

from benchmarks.limit import statements
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
select 'attribute' as kind, facet.position as place, facet.code, facet.name, value.code as value, value.name as label,
  null as color, value.position, count, null::bigint as least, null::bigint as most
from (select attribute_id, value_id, count(*) from catalog_product_attribute
  where product_id = any($1) group by 1, 2) as said
join catalog_attribute as facet on facet.id = attribute_id join catalog_attribute_value as value on value.id = value_id
union all
select 'option', null, facet.code, facet.name, value.code, value.name, value.color, value.position, count, null, null
from (select value_id, count(distinct product_id) from catalog_variant join catalog_variant_choice on variant_id = id
  where product_id = any($1) group by 1) as chosen
join catalog_option_value as value on value.id = value_id join catalog_option as facet on facet.id = option_id
union all
select 'brand', null, null, null, brand.slug, brand.name, null, null, count, null, null
from (select brand_id, count(*) from catalog_product where id = any($1) group by 1) as made
join catalog_brand as brand on brand.id = brand_id
union all
select 'available', null, null, null, 'true', null, null, null, count(distinct product_id), null, null
from catalog_variant as variant join pricing_price as price
  on price.variant_id = variant.id and price.channel_id = $2 and currency = $3
join inventory_stock as stock on stock.variant_id = variant.id
join inventory_channel_warehouse as sold on sold.warehouse_id = stock.warehouse_id and sold.channel_id = $2
where product_id = any($1) and on_hand - reserved - committed - safety > 0
union all
select 'price', null, null, null, null, null, null, null, null, min(amount), max(amount)
from catalog_variant join pricing_price on variant_id = id and channel_id = $2 and currency = $3
where product_id = any($1)
"""
_OWN = {"brand": "Brand", "price": "Price", "available": "In stock"}


async def found(connection: asyncpg.Connection, words: str, here: Row) -> Json:
    """The first products that have a word, and the facets of all of them."""
    pattern = "%" + re.sub(r"([\\%_])", r"\\\1", words.lower()) + "%"
    rows = await connection.fetch(FOUND, pattern, here["id"], datetime.now(UTC))
    keys, currency = [row["id"] for row in rows], here["currencies"][0]
    page = keys[:PAGE]
    cards = {row["id"]: row for row in await connection.fetch(CARDS, page)}
    images = {row["product_id"]: row for row in await connection.fetch(statements.IMAGES, page)}
    prices = await connection.fetch(statements.RANGES, page, here["id"], currency)
    ranges = {row["product_id"]: row for row in prices}
    counted = await connection.fetch(FACETS, keys, here["id"], currency)
    return {
        "nodes": [card(cards[key], images.get(key), ranges.get(key), here) for key in page],
        "totalCount": len(keys),
        "facets": _facets(counted),
        "pageInfo": {"hasNextPage": len(keys) > PAGE},
    }


def _facets(rows: list[Row]) -> list[Json]:
    """The shop's own first, then attributes in their order, then options."""
    shown: list[tuple[Any, Json]] = []
    for (kind, code), group in groupby(sorted(rows, key=_facet), key=_facet):
        own = list(group)
        if kind == "price":
            if own[0]["least"] is not None:
                shown.append(((0, 1), _range(own[0])))
        elif own[0]["count"]:
            place = {"brand": (0, 0), "available": (0, 2), "attribute": (1, own[0]["place"], code)}.get(kind, (2, code))
            shown.append((place, _choices(kind, code, own)))
    return [facet for _, facet in sorted(shown, key=lambda one: one[0])]


def _facet(row: Row) -> tuple[str, str]:
    return row["kind"], row["code"] or row["kind"]


def _range(row: Row) -> Json:
    ends = {"min": amount(row["least"]), "max": amount(row["most"])}
    return {"code": "price", "label": _OWN["price"], "kind": "RANGE", "values": [], "range": ends}


def _choices(kind: str, code: str, rows: list[Row]) -> Json:
    most = sorted(rows, key=lambda row: (-row["count"], row["value"]))[:MOST_VALUES]
    values = sorted(most, key=lambda row: (row["position"] or 0, -row["count"], row["value"]))
    return {
        "code": code,
        "label": _OWN.get(kind) or picked(rows[0]["name"]),
        "kind": "TOGGLE" if kind == "available" else "CHOICE",
        "values": [_value(row) for row in values],
        "range": None,
    }


def _value(row: Row) -> Json:
    label = picked(row["label"]) if row["label"] else "Yes"
    count, color = row["count"], row["color"]
    return {"value": row["value"], "label": label, "count": count, "isSelected": False, "color": color}
