"""The conditions that narrow a list of products, and the values that are bound to them.

Each is about the columns `of` listings, be they the table's or those of a part of it.
"""

from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Select,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    column,
    exists,
    func,
    or_,
    select,
)
from sqlmodel import col

from commerce.catalog.models import Brand, CategoryProduct
from commerce.kit.db import among
from commerce.search.models import Listing, Profile
from commerce.search.queries.selecting import bound_selections, has_selected
from commerce.search.queries.wording import FOUND_BY_LETTERS, bound_words, says_all
from commerce.search.values import AVAILABLE, BRAND, PRICE, Place, Shape, Wanted

Condition = Any
"""A SQL expression that is true or false."""
LISTINGS: Any = Listing.__table__.c  # type: ignore[attr-defined]


def bound(wanted: Wanted, place: Place) -> dict[str, Any]:
    """The values of all conditions."""
    least, most = wanted.price or (0, 0)
    return {
        "channel_key": place.channel_key,
        "now": place.now,
        "currency": place.currency,
        "category_keys": list(wanted.category_keys or ()),
        "brand_keys": list(wanted.brand_keys or ()),
        "brand_slugs": list(wanted.brand_slugs or ()),
        "least_price": least,
        "most_price": most,
        **bound_words(wanted.words),
        **bound_selections(wanted),
    }


def on_sale(of: Any = LISTINGS) -> Condition:
    """Whether it is sold in the channel and currency of the list."""
    return (of.channel_id == bindparam("channel_key")) & (of.currency == bindparam("currency"))


def visible(of: Any = LISTINGS) -> Condition:
    """Whether it is seen by now, and still."""
    now: Any = bindparam("now")
    return (of.starts_at <= now) & or_(of.ends_at.is_(None), of.ends_at > now)


def listed(*columns: Any, category: Any = None) -> Select[Any]:
    """Columns of what is seen in the channel and currency of the list, of one category or of all."""
    if category is None:
        return select(*columns).select_from(Listing).where(on_sale(), visible())
    placed = select(*columns).select_from(CategoryProduct).join(Listing, LISTINGS.product_id == _member)
    return placed.where(col(CategoryProduct.category_id) == category, on_sale(), visible())


_member: Any = col(CategoryProduct.product_id)


def narrowed(statement: Select[Any], shape: Shape) -> Select[Any]:
    """Only what passes every filter of the shape. The statement reads from Listing."""
    if shape.by_profile:
        statement = with_profile(statement)
    return statement.where(*base(shape), *facet_conditions(shape).values(), *has_selected(shape))


def with_profile(statement: Select[Any]) -> Select[Any]:
    return statement.join(Profile, col(Profile.product_id) == LISTINGS.product_id)


def base(shape: Shape) -> list[Condition]:
    """The filters that are no facets: words and categories. Words are looked up in their index."""
    words = [FOUND_BY_LETTERS, says_all(shape)] if shape.words else []
    return [*words, _in_categories(LISTINGS)] if shape.categories else words


def passes(of: Any, shape: Shape) -> list[Condition]:
    """The same filters, to be tried on one listing after the other."""
    conditions = list(facet_conditions(shape, of).values())
    if shape.by_profile:
        words = [says_all(shape)] if shape.words else []
        own = select(and_(*words, *has_selected(shape))).where(col(Profile.product_id) == of.product_id)
        conditions.append(own.scalar_subquery())
    return [*conditions, _in_categories(of)] if shape.categories else conditions


def is_in(category: Any, of: Any) -> Condition:
    """Whether it is in a category, looked up for each listing by itself."""
    place = select(col(CategoryProduct.rank)).where(col(CategoryProduct.category_id) == category)
    return place.where(_member == of.product_id).scalar_subquery().is_not(None)


def _in_categories(of: Any) -> Condition:
    return of.product_id.in_(select(_member).where(among(CategoryProduct.category_id, "category_keys")))


def facet_conditions(shape: Shape, of: Any = LISTINGS) -> dict[str, Condition]:
    """The filters of the shop's own facets, by the facet's code."""
    found = {}
    if shape.brands or shape.brand_slugs:
        found[BRAND] = _of_brands(of, shape)
    if shape.price:
        found[PRICE] = _priced_within(of)
    if shape.available:
        found[AVAILABLE] = of.is_available
    return found


def _of_brands(of: Any, shape: Shape) -> Condition:
    conditions = []
    if shape.brands:
        conditions.append(among(of.brand_id, "brand_keys"))
    if shape.brand_slugs:
        named = select(col(Brand.id)).where(col(Brand.slug) == any_(bindparam("brand_slugs", type_=ARRAY(Text))))
        conditions.append(of.brand_id == any_(func.array(named.scalar_subquery(), type_=ARRAY(Uuid))))
    return and_(*conditions)


def _priced_within(of: Any) -> Condition:
    """Whether any variant costs between the bounds: the least and the greatest price alone may lie around them."""
    least, most = bindparam("least_price", type_=BigInteger), bindparam("most_price", type_=BigInteger)
    amount: Any = func.unnest(of.amounts).table_valued(column("amount", BigInteger)).render_derived("amount")
    between = exists(select(1).select_from(amount).where(amount.c.amount.between(least, most)))
    return (of.low <= most) & (of.high >= least) & between
