"""What we do with brands, attributes and options: the words that products are described with."""

import re
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from commerce.catalog import queries, rules
from commerce.catalog.errors import NoSlug
from commerce.catalog.models import Attribute, AttributeChoice, Brand, Option, OptionValue
from commerce.catalog.values import AttributeKind, ValueDraft
from commerce.i18n.values import Texts
from commerce.kit.db import Session
from commerce.kit.errors import Invalid, NotFound, Refusal, Required, Taken, TooLong, TooMany, raise_all
from commerce.kit.ids import new_key

MOST_VALUES = 500
_COLOR = re.compile(r"#[0-9a-f]{6}")


async def create_brand(session: Session, name: Texts, slug: str | None = None, code: str | None = None) -> Brand:
    """Add a brand. Its slug is made from the name when none is given, its code from the slug."""
    chosen = slug or next(filter(None, map(rules.slugify, name.values())), "")
    if not chosen:
        raise NoSlug("input", "slug")
    brand = Brand(code=code or chosen, slug=chosen, name=name, created_at=session.now())
    raise_all([*rules.wrong_code(code, "input", "code"), *rules.wrong_slug(brand.slug, "input", "slug")])
    try:
        async with session.begin_nested():
            session.add(brand)
    except IntegrityError as error:
        is_code = code is not None and await queries.brand_keys_by_code(session, [code])
        raise Taken("input", "code" if is_code else "slug", value=code if is_code else brand.slug) from error
    return brand


async def update_brand(session: Session, key: UUID, name: Texts | None = None, slug: str | None = None) -> Brand:
    """Change what is given."""
    brand = await queries.lock_brand(session, key)
    if brand is None:
        raise NotFound("input", "brandId")
    raise_all(rules.wrong_slug(slug, "input", "slug") if slug is not None else [])
    try:
        async with session.begin_nested():
            brand.name, brand.slug = name or brand.name, slug or brand.slug
    except IntegrityError as error:
        raise Taken("input", "slug", value=slug) from error
    return brand


async def create_attribute(
    session: Session,
    code: str,
    name: Texts,
    kind: AttributeKind,
    unit: str | None = None,
    values: Sequence[ValueDraft] = (),
) -> Attribute:
    """Add an attribute, behind those that there are. Only an ENUM has values, and it needs some."""
    wrong = [*rules.wrong_code(code, "input", "code"), *_wrong_values(values)]
    if unit is not None and len(unit) > 20:
        wrong.append(TooLong("input", "unit", most=20))
    if bool(values) != (kind is AttributeKind.ENUM):
        wrong.append(Invalid("input", "values") if values else Required("input", "values"))
    raise_all(wrong)
    place = await queries.next_attribute_place(session)
    attribute = Attribute(code=code, name=name, kind=kind.value, unit=unit, position=place)
    if not await queries.add_free(session, Attribute, [attribute.model_dump()], "code"):
        raise Taken("input", "code", value=code)
    rows = [
        {"id": new_key(), "attribute_id": attribute.id, "code": value.code, "name": value.name, "position": i}
        for i, value in enumerate(values)
    ]
    await queries.add_rows(session, AttributeChoice, rows)
    return attribute


async def create_option(session: Session, code: str, name: Texts, values: Sequence[ValueDraft]) -> Option:
    """Add an option with its values."""
    wrong = [*rules.wrong_code(code, "input", "code"), *_wrong_values(values)]
    raise_all(wrong if values else [*wrong, Required("input", "values")])
    option = Option(code=code, name=name)
    if not await queries.add_free(session, Option, [option.model_dump()], "code"):
        raise Taken("input", "code", value=code)
    rows = [
        {"id": new_key(), "option_id": option.id, "code": value.code, "name": value.name, "color": value.color,
         "position": i}
        for i, value in enumerate(values)
    ]  # fmt: skip
    await queries.add_rows(session, OptionValue, rows)
    return option


def _wrong_values(values: Sequence[ValueDraft]) -> list[Refusal]:
    """Codes once each, colors as `#rrggbb`."""
    wrong: list[Refusal] = [TooMany("input", "values", most=MOST_VALUES)] if len(values) > MOST_VALUES else []
    seen: set[str] = set()
    for i, value in enumerate(values):
        wrong += rules.wrong_code(value.code, "input", "values", i, "code")
        if value.code in seen:
            wrong.append(Taken("input", "values", i, "code", value=value.code))
        if value.color is not None and not _COLOR.fullmatch(value.color):
            wrong.append(Invalid("input", "values", i, "color"))
        seen.add(value.code)
    return wrong
