"""Finding products by words."""

from typing import Any

from sqlalchemy import ARRAY, Select, Text, all_, any_, bindparam, cast, func, literal_column, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import aliased
from sqlmodel import col

from commerce.catalog.models import Brand, Category, CategoryProduct, Product, Variant


def spoken_of() -> Select[Any]:
    """Products whose names, SKUs, brand and categories, taken together, have every word.

    Of the SKUs and categories only those are gathered that have a word: they are few. Every text is looked through, so the
    time grows with the catalog: some 30 ms for 10,000 products and two words, 90 ms for the most words that a query may have.
    """
    patterns = func.string_to_array(func.lower(bindparam("patterns", type_=Text)), " ", type_=ARRAY(Text))
    skus = (
        select(col(Variant.product_id).label("key"), _text(func.jsonb_agg(col(Variant.sku))).label("text"))
        .where(func.lower(_text(func.to_jsonb(col(Variant.sku)))).like(any_(patterns)))
        .group_by(col(Variant.product_id))
        .subquery("of_variant")
    )
    named = _said(Category.name)
    categories = (
        select(col(CategoryProduct.product_id).label("key"), func.string_agg(named, " ").label("text"))
        .join(Category, col(Category.id) == col(CategoryProduct.category_id))
        .where(func.lower(named).like(any_(patterns)))
        .group_by(col(CategoryProduct.product_id))
        .subquery("of_category")
    )
    spoken: Any = aliased(Product)
    said = func.concat_ws(" ", _said(spoken.name), _said(Brand.name), skus.c.text, categories.c.text)
    return (
        select(spoken.id.label("product_id"))
        .outerjoin(Brand, col(Brand.id) == spoken.brand_id)
        .outerjoin(skus, skus.c.key == spoken.id)
        .outerjoin(categories, categories.c.key == spoken.id)
        .where(func.lower(said).like(all_(patterns)))
    )


def _said(texts: Any) -> Any:
    """The texts of all locales, without the locales."""
    return _text(func.jsonb_path_query_array(texts, literal_column("'$.*'"), type_=JSONB))


def _text(value: Any) -> Any:
    return cast(value, Text)
