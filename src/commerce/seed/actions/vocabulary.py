"""The words that products are described with."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from commerce.catalog import actions as catalog
from commerce.catalog import queries
from commerce.catalog.values import CategoryDraft, SeoDraft, ValueDraft
from commerce.kit.db import Session
from commerce.seed.errors import blaming
from commerce.seed.rules import every_category
from commerce.seed.values import AttributeRow, BrandRow, CategoryRow, OptionRow, SeoRow, ValueRow


async def add_brands(session: Session, rows: Sequence[BrandRow]) -> dict[str, UUID]:
    """Add the brands that are not there yet; the keys of all by code."""
    keys = await queries.brand_keys_by_code(session, [row.code for row in rows])
    for row in rows:
        if row.code not in keys:
            with blaming(row.origin):
                keys[row.code] = (await catalog.create_brand(session, row.name, row.slug, row.code)).id
    return keys


async def add_categories(session: Session, rows: Sequence[CategoryRow]) -> dict[str, UUID]:
    """Add the categories that are not there yet, each below its parent; the keys of all by code."""
    tree = list(every_category(rows))
    keys = await queries.category_keys_by_code(session, [row.code for row, _ in tree])
    for row, parent in tree:
        if row.code not in keys:
            draft = CategoryDraft(
                name=row.name,
                code=row.code,
                parent_key=keys[parent] if parent else None,
                slugs=row.slug,
                description=row.description,
                seo=seo_draft(row.seo),
            )
            with blaming(row.origin):
                keys[row.code] = (await catalog.create_category(session, draft)).id
    return keys


def seo_draft(row: SeoRow) -> SeoDraft:
    return SeoDraft(title=row.title, description=row.description)


async def add_options(session: Session, rows: Sequence[OptionRow]) -> None:
    """Add the options that are not there yet."""
    known = await queries.option_keys_by_code(session, [row.code for row in rows])
    for row in rows:
        if row.code not in known:
            with blaming(row.origin):
                await catalog.create_option(session, row.code, row.name, _values(row.values))


async def add_attributes(session: Session, rows: Sequence[AttributeRow]) -> None:
    """Add the attributes that are not there yet."""
    known = await queries.attribute_keys_by_code(session, [row.code for row in rows])
    for row in rows:
        if row.code not in known:
            with blaming(row.origin):
                await catalog.create_attribute(session, row.code, row.name, row.kind, row.unit, _values(row.values))


def _values(rows: Iterable[ValueRow]) -> list[ValueDraft]:
    return [ValueDraft(row.code, row.name, row.color) for row in rows]
