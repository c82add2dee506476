"""Brands, and what options, attributes and their values are called: few, remembered, and shown with nearly every product."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlmodel import col

from commerce.catalog.models import Attribute, AttributeChoice, Brand, Option, OptionValue
from commerce.kit.db import Reads, Row, among, keyed
from commerce.kit.reference import remembered, remembered_each

_brands = select(col(Brand.id), col(Brand.slug), col(Brand.name)).where(among(Brand.id))
_brand_by_slug = select(col(Brand.id), col(Brand.slug), col(Brand.name)).where(col(Brand.slug) == bindparam("slug"))
_options = select(col(Option.id), col(Option.code), col(Option.name)).where(among(Option.id))
_option_values = select(
    col(OptionValue.id),
    col(OptionValue.code),
    col(OptionValue.name),
    col(OptionValue.color),
    col(OptionValue.position),
).where(among(OptionValue.id))
_attributes = select(
    col(Attribute.id),
    col(Attribute.position),
    col(Attribute.code),
    col(Attribute.name),
    col(Attribute.kind),
    col(Attribute.unit),
).where(among(Attribute.id))
_attribute_values = select(col(AttributeChoice.id), col(AttributeChoice.code), col(AttributeChoice.name)).where(
    among(AttributeChoice.id)
)


async def _by_key(reads: Reads, statement: Any, keys: Sequence[UUID]) -> list[Row | None]:
    found = keyed(await reads.rows(statement, keys=list(keys)))
    return [tuple(found[key]) if key in found else None for key in keys]


@remembered_each
async def brands_by_key(reads: Reads, keys: Sequence[UUID]) -> list[Row | None]:
    """Brands of these keys, in their order."""
    return await _by_key(reads, _brands, keys)


@remembered
async def brand_by_slug(reads: Reads, slug: str) -> Row | None:
    """The brand with this address part."""
    rows = await reads.rows(_brand_by_slug, slug=slug)
    return tuple(rows[0]) if rows else None


@remembered_each
async def _options_by_key(reads: Reads, keys: Sequence[UUID]) -> list[Row | None]:
    return await _by_key(reads, _options, keys)


@remembered_each
async def _option_values_by_key(reads: Reads, keys: Sequence[UUID]) -> list[Row | None]:
    return await _by_key(reads, _option_values, keys)


@remembered_each
async def _attributes_by_key(reads: Reads, keys: Sequence[UUID]) -> list[Row | None]:
    return await _by_key(reads, _attributes, keys)


@remembered_each
async def _attribute_values_by_key(reads: Reads, keys: Sequence[UUID]) -> list[Row | None]:
    return await _by_key(reads, _attribute_values, keys)


async def option_values_by_key(reads: Reads, keys: Sequence[UUID]) -> list[Row | None]:
    """Key, code, name and color of values of options, in the order of their keys."""
    return [row and row[:4] for row in await _option_values_by_key(reads, keys)]


async def options_known(reads: Reads, keys: Iterable[UUID]) -> dict[UUID, Row]:
    """Key, code and name of options, by key."""
    return _existing(await _options_by_key(reads, list(set(keys))))


async def option_values_known(reads: Reads, keys: Iterable[UUID]) -> dict[UUID, Row]:
    """Key, code, name, color and position of values of options, by key."""
    return _existing(await _option_values_by_key(reads, list(set(keys))))


async def attributes_known(reads: Reads, keys: Iterable[UUID]) -> dict[UUID, Row]:
    """Key, position, code, name, kind and unit of attributes, by key."""
    return _existing(await _attributes_by_key(reads, list(set(keys))))


async def attribute_values_known(reads: Reads, keys: Iterable[UUID | None]) -> dict[UUID | None, Row]:
    """Key, code and name of values of attributes, by key."""
    found = await _attribute_values_by_key(reads, list({key for key in keys if key is not None}))
    return _existing(found)


def _existing(rows: Sequence[Row | None]) -> dict[Any, Row]:
    return {row[0]: row for row in rows if row is not None}
