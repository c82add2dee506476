"""What a result can be narrowed with further: all facets of a list in one statement."""

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    CTE,
    BigInteger,
    Select,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    true,
    union_all,
)
from sqlmodel import col

from commerce.catalog.models import Attribute, AttributeChoice, Brand, Option, OptionValue
from commerce.kit.db import Reads, Row, grouped
from commerce.search.queries.counting import parts_of
from commerce.search.queries.lists import OWNERS
from commerce.search.queries.narrowing import LISTINGS, base, bound, facet_conditions, listed
from commerce.search.queries.selecting import IS_FACET_ATTRIBUTE, IS_FACET_OPTION, has_selected, unmet
from commerce.search.values import BRAND, MOST_COUNTED, MOST_FOUND, Place, Shape, Wanted

MOST_VALUES = 50
"""Values that a facet shows: those that are selected, then those with most products."""
COUNTED = ("brand_id", "is_available", "low", "high", "facets", "measured", "measures")
"""What is counted of a listing."""


class Counts(NamedTuple):
    """The facets of a list: rows of code, value, count, least, most, labels and kind of the facet, labels, color and key
    of the value, and the places of both. Ranges have ends in place of values.
    """

    rows: list[Row]
    partial: frozenset[str]
    """Codes of the facets for which not all products were counted."""


async def facets(reads: Reads, owners: Sequence[UUID | None], wanted: Wanted, place: Place) -> list[Counts]:
    """The facets of each list, in their order."""
    keys = [owner for owner in owners if owner is not None]
    picked = [*(value for _, value in wanted.choices), *(wanted.brand_slugs or ())]
    most = MOST_FOUND if wanted.words else MOST_COUNTED
    params = {**bound(wanted, place), "owners": keys, "picked": picked, "most": most}
    rows = await reads.rows(_facets(wanted.shape, bool(keys)), **params)
    return [_counts(own) for own in grouped(rows, owners)]


def _counts(rows: Sequence[Row]) -> Counts:
    return Counts([row[2:] for row in rows], frozenset(row[2] for row in rows if row[1]))


@cache
def _facets(shape: Shape, is_placed: bool) -> Select[Any]:
    left = _left(shape, is_placed=is_placed)
    part = union_all(*parts_of(left)).subquery("part")
    facet = select(
        part.c.owner, part.c.code, part.c.value, cast(func.sum(part.c.products), BigInteger).label("products"),
        func.min(part.c.least).label("least"), func.max(part.c.most).label("most"),
    ).group_by(part.c.owner, part.c.code, part.c.value).subquery("facet")  # fmt: skip
    is_picked = facet.c.value == any_(bindparam("picked", type_=ARRAY(Text)))
    place = func.row_number().over(
        partition_by=[facet.c.owner, facet.c.code],
        order_by=[func.coalesce(is_picked, False).desc(), facet.c.products.desc(), facet.c.value],
    )
    return _labeled(select(*facet.c, place.label("place")).subquery("ranked"), _full(left))


def _left(shape: Shape, *, is_placed: bool) -> CTE:
    """Listings that pass all filters, and for each facet with a selection those that fail in just that one, with its code:
    only that facet counts them. Of each kind as many as are counted at most.
    """
    own = facet_conditions(shape)
    chosen = has_selected(LISTINGS, shape)
    kinds = [_kind(shape, is_placed, null(), [*own.values(), *chosen])]
    for code, condition in own.items():
        others = [other for name, other in own.items() if name != code]
        kinds.append(_kind(shape, is_placed, literal(code, Text), [*others, *chosen, condition.is_not(true())]))
    if shape.selected:
        kinds.append(_one_unmet(shape, is_placed, list(own.values())))
    return union_all(*kinds).cte("remaining").prefix_with("MATERIALIZED")


def _kind(shape: Shape, is_placed: bool, missed: Any, conditions: list[Any], *more: Any) -> Select[Any]:
    columns = [*(LISTINGS[name] for name in COUNTED), *more]
    category = OWNERS.c.key if is_placed else None
    some = base(listed(*columns, category=category), shape).where(*conditions).limit(bindparam("most"))
    if not is_placed:
        some_of_shop = some.subquery("some")
        return select(cast(null(), Uuid).label("owner"), cast(missed, Text).label("missed"), *some_of_shop.c)
    each = some.correlate(OWNERS).lateral("some")
    owner = OWNERS.c.key.label("owner")
    return select(owner, cast(missed, Text).label("missed"), *each.c).select_from(OWNERS.join(each, true()))


def _one_unmet(shape: Shape, is_placed: bool, own: list[Any]) -> Select[Any]:
    """Those that have nothing selected in just one facet of an attribute or option."""
    codes: Any = func.array(unmet(LISTINGS).scalar_subquery(), type_=ARRAY(Text))
    one = func.cardinality(codes) == 1
    nearly = _kind(shape, is_placed, null(), [*own, one], codes[1].label("code")).subquery("nearly")
    return select(nearly.c.owner, nearly.c.code.label("missed"), *(nearly.c[name] for name in COUNTED))


def _full(left: CTE) -> CTE:
    """The kinds of which there may be more than were counted."""
    full = select(left.c.owner, left.c.missed).group_by(left.c.owner, left.c.missed)
    return full.having(func.count() >= bindparam("most")).cte("full_kind")


def _labeled(ranked: Any, full: CTE) -> Select[Any]:
    attribute, choice = col(Attribute.id), AttributeChoice
    is_partial = exists().where(
        full.c.owner.is_not_distinct_from(ranked.c.owner),
        or_(full.c.missed.is_(None), full.c.missed == ranked.c.code),
    )
    return (
        select(
            ranked.c.owner, is_partial, ranked.c.code, ranked.c.value, ranked.c.products, ranked.c.least, ranked.c.most,
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
