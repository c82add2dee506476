"""What a result can be narrowed with further: all facets of a list in one statement."""

from collections.abc import Sequence
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    CTE,
    BigInteger,
    ColumnElement,
    Select,
    Text,
    and_,
    any_,
    bindparam,
    case,
    cast,
    func,
    literal,
    null,
    select,
    union_all,
)
from sqlmodel import col

from commerce.catalog.models import (
    Attribute,
    AttributeChoice,
    Brand,
    Option,
    OptionValue,
    Product,
)
from commerce.kit.db import Reads, Row, grouped
from commerce.search.queries.counting import parts_of
from commerce.search.queries.narrowing import base, bound, facet_conditions, listed
from commerce.search.queries.selecting import IS_FACET_ATTRIBUTE, IS_FACET_OPTION, selected_hits
from commerce.search.values import BRAND, Place, Shape, Wanted

MOST_VALUES = 50
"""Values that a facet shows: those that are selected, then those with most products."""


async def facets(reads: Reads, owners: Sequence[UUID | None], wanted: Wanted, place: Place) -> list[list[Row]]:
    """The facets of each list: rows of code, value, count, least, most, labels and kind of the facet, labels, color and
    key of the value, and the places of both. Ranges have ends in place of values.
    """
    keys = [owner for owner in owners if owner is not None]
    statement = _facets(wanted.shape, bool(keys))
    picked = [*(value for _, value in wanted.choices), *(wanted.brand_slugs or ())]
    params = {**bound(wanted, place), "owners": keys, "picked": picked}
    rows = await reads.rows(statement, **params)
    return [[row[1:] for row in own] for own in grouped(rows, owners)]


@cache
def _facets(shape: Shape, is_placed: bool) -> Select[Any]:
    left = _left(shape, is_placed=is_placed)
    parts = union_all(*parts_of(left))
    part = parts.subquery("part")
    facet = select(
        part.c.owner, part.c.code, part.c.value, cast(func.sum(part.c.products), BigInteger).label("products"),
        func.min(part.c.least).label("least"), func.max(part.c.most).label("most"),
    ).group_by(part.c.owner, part.c.code, part.c.value).subquery("facet")  # fmt: skip
    is_picked = facet.c.value == any_(bindparam("picked", type_=ARRAY(Text)))
    place = func.row_number().over(
        partition_by=[facet.c.owner, facet.c.code],
        order_by=[func.coalesce(is_picked, False).desc(), facet.c.products.desc(), facet.c.value],
    )
    return _labeled(select(*facet.c, place.label("place")).subquery("ranked"))


def _left(shape: Shape, *, is_placed: bool) -> CTE:
    """Products that pass all filters, and those that fail in just one facet, with its code: only that facet counts them."""
    own = facet_conditions(shape)
    tests = [condition.label(code) for code, condition in own]
    seen = base(listed(col(Product.id), col(Product.brand_id), *tests, is_placed=is_placed), shape).cte("seen")
    failed: list[tuple[ColumnElement[bool], ColumnElement[str]]] = [
        (~seen.c[code], literal(code, Text)) for code, _ in own
    ]
    failures: Any = sum((case((fails, 1), else_=0) for fails, _ in failed), start=literal(0))
    missed: Any = case(*failed, else_=cast(null(), Text)) if failed else cast(null(), Text)
    if not shape.selected:
        left = select(seen.c.owner, seen.c.id, seen.c.brand_id, missed.label("missed")).where(failures <= 1)
        return left.cte("remaining").prefix_with("MATERIALIZED")
    return _with_selected(seen, failures, failed)


def _with_selected(seen: CTE, failures: Any, failed: list[Any]) -> CTE:
    """The same where something is selected in facets of attributes and options."""
    hits = selected_hits()
    codes = func.array_agg(hits.c.code.distinct(), type_=ARRAY(Text)).label("codes")
    hit = select(hits.c.product_id, codes).group_by(hits.c.product_id).subquery("hits")
    open_codes = bindparam("selected", type_=BigInteger) - func.coalesce(func.cardinality(hit.c.codes), 0)
    wanted = func.unnest(bindparam("selected_codes", type_=ARRAY(Text))).column_valued("wanted")
    met = func.coalesce(wanted == any_(hit.c.codes), False)
    unmet = select(wanted).where(~met).limit(1).correlate(hit).scalar_subquery()
    missed = case(*failed, (open_codes > 0, unmet), else_=cast(null(), Text))
    return (
        select(seen.c.owner, seen.c.id, seen.c.brand_id, missed.label("missed"))
        .outerjoin(hit, hit.c.product_id == seen.c.id)
        .where(failures + open_codes <= 1)
        .cte("remaining")
        .prefix_with("MATERIALIZED")
    )


def _labeled(ranked: Any) -> Select[Any]:
    attribute, choice = col(Attribute.id), AttributeChoice
    return (
        select(
            ranked.c.owner, ranked.c.code, ranked.c.value, ranked.c.products, ranked.c.least, ranked.c.most,
            func.coalesce(col(Attribute.name), col(Option.name)), col(Attribute.kind),
            func.coalesce(col(choice.name), col(OptionValue.name), col(Brand.name)), col(OptionValue.color),
            col(Brand.id), col(Attribute.position), func.coalesce(col(choice.position), col(OptionValue.position)),
        )
        .select_from(ranked)
        .outerjoin(Attribute, and_(col(Attribute.code) == ranked.c.code, IS_FACET_ATTRIBUTE))
        .outerjoin(choice, and_(col(choice.attribute_id) == attribute, col(choice.code) == ranked.c.value))
        .outerjoin(Option, and_(col(Option.code) == ranked.c.code, IS_FACET_OPTION))
        .outerjoin(
            OptionValue, and_(col(OptionValue.option_id) == col(Option.id), col(OptionValue.code) == ranked.c.value)
        )
        .outerjoin(Brand, and_(ranked.c.code == BRAND, col(Brand.slug) == ranked.c.value))
        .where(ranked.c.place <= MOST_VALUES)
    )  # fmt: skip
