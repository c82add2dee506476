"""What a result can be narrowed with further: all facets of a list in one statement."""

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    CTE,
    BigInteger,
    Integer,
    Select,
    Text,
    and_,
    any_,
    bindparam,
    cast,
    exists,
    func,
    literal,
    select,
    true,
    union_all,
)
from sqlmodel import col

from commerce.catalog.models import Attribute, AttributeChoice, Brand, Option, OptionValue
from commerce.kit.db import Reads, Row, grouped
from commerce.search.models import Profile
from commerce.search.queries.counting import MOST_KINDS, SIZE, counts_for, failed, parts_of
from commerce.search.queries.lists import OWNERS
from commerce.search.queries.narrowing import LISTINGS, base, bound, facet_conditions, listed, with_profile
from commerce.search.queries.selecting import IS_FACET_ATTRIBUTE, IS_FACET_OPTION, has_selected, unmet
from commerce.search.values import BRAND, MOST_COUNTED, MOST_FOUND, RESERVED, Place, Shape, Wanted

MOST_VALUES = 50
"""Values that a facet shows: those that are selected, then those with most products."""
OF_LISTING: Any = (LISTINGS.brand_id, LISTINGS.is_available, LISTINGS.low, LISTINGS.high)
OF_PROFILE: Any = (col(Profile.facets), col(Profile.measured), col(Profile.measures))
"""What is counted."""


class Counts(NamedTuple):
    """The facets of a list: rows of code, value, count, least, most, labels and kind of the facet, labels, color and key
    of the value, and the places of both. Ranges have ends in place of values.
    """

    rows: list[Row]
    partial: frozenset[str]
    """Codes of the facets for which not all products were counted."""
    size: int
    """Products in the list, up to the most that are counted."""


async def facets(reads: Reads, owners: Sequence[UUID | None], wanted: Wanted, place: Place) -> list[Counts]:
    """The facets of each list, in their order."""
    keys = [owner for owner in owners if owner is not None]
    params = {
        **bound(wanted, place),
        "owners": keys,
        "picked": [*(value for _, value in wanted.choices), *(wanted.brand_slugs or ())],
        "facet_codes": [*RESERVED, *wanted.codes],
        "most": MOST_FOUND if wanted.words else MOST_COUNTED,
    }
    rows = await reads.rows(_facets(wanted.shape, bool(keys)), **params)
    return [_counts(own) for own in grouped(rows, range(1, len(owners) + 1))]


def _counts(rows: Sequence[Row]) -> Counts:
    partial = frozenset(row[2] for row in rows if row[1])
    size = next((row[4] for row in rows if row[2] == SIZE), 0)
    return Counts([row[2:] for row in rows if row[2] != SIZE], partial, size)


@cache
def _facets(shape: Shape, is_placed: bool) -> Select[Any]:
    left = _left(shape, is_placed=is_placed)
    of_part = union_all(*parts_of(left)).subquery("of_part")
    owner = (of_part.c.part // MOST_KINDS).label("owner")
    facet = select(
        owner, of_part.c.code, of_part.c.value, cast(func.sum(of_part.c.products), BigInteger).label("products"),
        func.min(of_part.c.least).label("least"), func.max(of_part.c.most).label("most"),
    ).group_by(owner, of_part.c.code, of_part.c.value).subquery("facet")  # fmt: skip
    is_picked = facet.c.value == any_(bindparam("picked", type_=ARRAY(Text)))
    place = func.row_number().over(
        partition_by=[facet.c.owner, facet.c.code],
        order_by=[func.coalesce(is_picked, False).desc(), facet.c.products.desc(), facet.c.value],
    )
    return _labeled(select(*facet.c, place.label("place")).subquery("ranked"), _full(left))


def _left(shape: Shape, *, is_placed: bool) -> CTE:
    """Listings that pass all filters, and for each facet with a selection those that fail in just that one, with the part
    that they belong to. Of each part as many as are counted at most.
    """
    own = facet_conditions(shape)
    chosen = has_selected(shape)
    parts = [_part(shape, is_placed, literal(0), [*own.values(), *chosen])]
    for code, condition in own.items():
        others = [other for name, other in own.items() if name != code]
        parts.append(_part(shape, is_placed, failed(code), [*others, *chosen, condition.is_not(true())]))
    parts += _nearly_chosen(shape, is_placed, list(own.values()), chosen)
    return union_all(*parts).cte("remaining").prefix_with("MATERIALIZED")


def _nearly_chosen(shape: Shape, is_placed: bool, own: list[Any], chosen: list[Any]) -> list[Select[Any]]:
    """Those that have nothing selected in just one facet of an attribute or option."""
    if shape.one_by_one:
        codes: Any = func.array(unmet().scalar_subquery(), type_=ARRAY(Text))
        one = func.array_to_string(codes, "")
        return [_part(shape, is_placed, failed(one), [*own, func.cardinality(codes) == 1])]
    parts = []
    for i, condition in enumerate(chosen):
        others = [*own, *chosen[:i], *chosen[i + 1 :], condition.is_not(true())]
        parts.append(_part(shape, is_placed, literal(len(RESERVED) + 1 + i), others))
    return parts


def _part(shape: Shape, is_placed: bool, kind: Any, conditions: list[Any]) -> Select[Any]:
    columns = [kind.label("kind"), *OF_LISTING]
    if is_placed and not shape.by_profile:
        # The members of a category lie scattered: each is looked up, where the planner would rather read everything.
        own: Any = select(*OF_PROFILE).where(col(Profile.product_id) == LISTINGS.product_id).limit(1).lateral("own")
        some = listed(*columns, *own.c, category=OWNERS.c.key).join(own, true())
    else:
        some = with_profile(listed(*columns, *OF_PROFILE, category=OWNERS.c.key if is_placed else None))
    some = some.where(*base(shape), *conditions).limit(bindparam("most"))
    each: Any = some.correlate(OWNERS).lateral("some") if is_placed else some.subquery("some")
    owner: Any = cast(OWNERS.c.place, Integer) if is_placed else literal(1)
    part = (owner * MOST_KINDS + each.c.kind).label("part")
    source = OWNERS.join(each, true()) if is_placed else each
    return select(part, *(each.c[column.name] for column in (*OF_LISTING, *OF_PROFILE))).select_from(source)


def _full(left: CTE) -> CTE:
    """The parts of which not all may have been counted."""
    full = select(left.c.part).group_by(left.c.part).having(func.count() >= bindparam("most"))
    return full.cte("full_part").prefix_with("MATERIALIZED")


def _labeled(ranked: Any, full: CTE) -> Select[Any]:
    attribute, choice = col(Attribute.id), AttributeChoice
    is_partial = exists().where(full.c.part // MOST_KINDS == ranked.c.owner, counts_for(full.c.part, ranked.c.code))
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
