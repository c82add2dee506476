"""Writing rows, set at a time."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Executable, Table, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import SQLModel, col, delete

from commerce.catalog.models import (
    Attribute,
    Brand,
    CategoryProduct,
    Media,
    Product,
    ProductAttribute,
    Publication,
    Slug,
    SlugKind,
    Variant,
)
from commerce.i18n.values import Texts
from commerce.kit.db import Session
from commerce.kit.ids import new_key

Values = Mapping[str, Any]


async def run(session: Session, statement: Executable) -> Any:
    """Change rows behind the back of the session's own objects, which nobody looks at afterwards."""
    return await session.execute(statement, execution_options={"synchronize_session": False})


async def add_rows(session: Session, table: type[SQLModel], rows: Sequence[Values]) -> None:
    """Add many rows with one statement."""
    if rows:
        await session.execute(insert(_table(table)), list(rows))


async def add_free(session: Session, table: type[SQLModel], rows: Sequence[Values], unique: str) -> set[Any]:
    """Add the rows whose value in the unique column is still free; answers the values that were added."""
    own = _table(table)
    statement = insert(own).on_conflict_do_nothing(index_elements=[unique]).returning(own.c[unique])
    ordered = sorted(rows, key=lambda row: row[unique])  # two who want the same must not wait for each other
    return set((await session.execute(statement, ordered)).scalars())


def _table(model: type[SQLModel]) -> Table:
    """The table of a model: rows go in as they are, past the session's objects."""
    table: Table = model.__table__  # type: ignore[attr-defined]
    return table


async def set_slugs(session: Session, kind: SlugKind, target: UUID, slugs: Texts, now: datetime) -> set[str]:
    """Make these the current slugs of a target. Those it had stay and lead to it.

    Answers the locales whose slug leads to another target; then nothing may be committed.
    """
    retire = update(Slug).where(col(Slug.kind) == kind, col(Slug.target_id) == target, col(Slug.is_current))
    await run(session, retire.values(is_current=False))
    new = insert(_table(Slug))
    take_back = new.on_conflict_do_update(
        index_elements=["kind", "locale", "slug"],
        set_={"is_current": True},
        where=_table(Slug).c.target_id == new.excluded.target_id,
    ).returning(_table(Slug).c.locale)
    rows = [
        {"id": new_key(), "kind": kind, "target_id": target, "locale": locale, "slug": slug, "is_current": True,
         "created_at": now}
        for locale, slug in sorted(slugs.items())  # in order: two who want the same must not wait for each other
    ]  # fmt: skip
    return set(slugs) - set((await session.execute(take_back, rows)).scalars())


async def lock_product(session: Session, key: UUID) -> Product | None:
    """The product, held until the transaction ends."""
    return await session.get(Product, key, with_for_update={"key_share": True}, populate_existing=True)


async def lock_variant(session: Session, key: UUID) -> Variant | None:
    """The variant, held until the transaction ends."""
    return await session.get(Variant, key, with_for_update={"key_share": True}, populate_existing=True)


async def touch(session: Session, key: UUID, now: datetime) -> None:
    """Note that a product changed."""
    await run(session, update(Product).where(col(Product.id) == key).values(updated_at=now))


async def combinations_of(session: Session, product_key: UUID) -> tuple[dict[str, str], int]:
    """SKUs of a product's variants by their choice key, and the next free place."""
    statement = select(col(Variant.choice_key), col(Variant.sku), col(Variant.position)).where(
        col(Variant.product_id) == product_key
    )
    rows = await session.rows(statement)
    return {row[0]: row[1] for row in rows}, max((row[2] + 1 for row in rows), default=0)


async def next_media_place(session: Session, product_key: UUID) -> int:
    """The place behind the last picture of a product."""
    last = select(func.max(col(Media.position))).where(col(Media.product_id) == product_key)
    place = (await session.rows(last))[0][0]
    return 0 if place is None else place + 1


async def variant_keys_of(session: Session, product_key: UUID) -> dict[str, UUID]:
    """Keys of a product's variants by SKU."""
    own = select(col(Variant.sku), col(Variant.id)).where(col(Variant.product_id) == product_key)
    return {row[0]: row[1] for row in await session.rows(own)}


async def lock_brand(session: Session, key: UUID) -> Brand | None:
    """The brand, held until the transaction ends."""
    return await session.get(Brand, key, with_for_update={"key_share": True}, populate_existing=True)


async def next_attribute_place(session: Session) -> int:
    """The place behind the last attribute."""
    place = (await session.rows(select(func.max(col(Attribute.position)))))[0][0]
    return 0 if place is None else place + 1


async def clear_categories(session: Session, product_key: UUID) -> None:
    """Take a product out of all categories."""
    await run(session, delete(CategoryProduct).where(col(CategoryProduct.product_id) == product_key))


async def set_rank(session: Session, product_key: UUID, rank: int) -> None:
    """Keep the place of a product in its categories in step with its own."""
    own = update(CategoryProduct).where(col(CategoryProduct.product_id) == product_key)
    await run(session, own.values(rank=rank))


async def clear_attributes(session: Session, product_key: UUID) -> None:
    """Forget what a product says of its attributes."""
    await run(session, delete(ProductAttribute).where(col(ProductAttribute.product_id) == product_key))


async def clear_category_image(session: Session, category_key: UUID) -> None:
    """Take the picture of a category away."""
    await run(session, delete(Media).where(col(Media.category_id) == category_key))


async def publish(
    session: Session, product_key: UUID, channel_keys: Sequence[UUID], start: datetime, end: datetime | None
) -> None:
    """Have a product seen in these channels from `start` until just before `end`."""
    new = insert(_table(Publication))
    statement = new.on_conflict_do_update(
        index_elements=["product_id", "channel_id"],
        set_={"published_at": new.excluded.published_at, "unpublished_at": new.excluded.unpublished_at},
    )
    rows = [
        {"product_id": product_key, "channel_id": key, "published_at": start, "unpublished_at": end}
        for key in sorted(channel_keys)
    ]
    await session.execute(statement, rows)


async def unpublish(session: Session, product_key: UUID, channel_keys: Sequence[UUID], end: datetime) -> list[UUID]:
    """End what is published in these channels; answers the channels where something was."""
    statement = (
        update(Publication)
        .where(col(Publication.product_id) == product_key, col(Publication.channel_id).in_(channel_keys))
        .values(unpublished_at=func.greatest(col(Publication.published_at), end))
        .returning(col(Publication.channel_id))
    )
    return list((await run(session, statement)).scalars())
