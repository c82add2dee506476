"""Changing the tree of categories."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Uuid, any_, cast, false, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.orm import aliased
from sqlmodel import col, delete

from commerce.catalog.models import Category, CategoryProduct, Media, Slug, SlugKind
from commerce.catalog.queries.writing import run
from commerce.kit.db import Session

_TREE = 7153019
"""The lock of all who change the tree."""
_END = 10_000


async def lock_tree(session: Session) -> None:
    """Let one after the other change the tree, so that no two moves make a ring.

    Take it before any other lock, as those who put products into the tree do: else they could wait for each other.
    """
    await session.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": _TREE})


async def hold_tree(session: Session) -> None:
    """Keep the tree as it is while products are put into it, together with others who do so."""
    await session.execute(text("select pg_advisory_xact_lock_shared(:lock)"), {"lock": _TREE})


async def category(session: Session, key: UUID) -> Category | None:
    """A category, held until the transaction ends."""
    return await session.get(Category, key, with_for_update={"key_share": True}, populate_existing=True)


async def next_place(session: Session, parent_key: UUID | None) -> int:
    """The place behind the last child of a category."""
    statement = select(func.max(col(Category.position))).where(col(Category.parent_id).is_not_distinct_from(parent_key))
    last = (await session.rows(statement))[0][0]
    return 0 if last is None else last + 1


async def make_room(session: Session, parent_key: UUID | None, position: int) -> None:
    """Move the children of a category back by one, from a place on."""
    siblings = update(Category).where(
        col(Category.parent_id).is_not_distinct_from(parent_key), col(Category.position) >= position
    )
    await run(session, siblings.values(position=col(Category.position) + 1))


async def move(
    session: Session, key: UUID, old_path: Sequence[UUID], parent_key: UUID | None, path: Sequence[UUID], position: int
) -> None:
    """Put a category, with all that is below it, under another one; its products come along."""
    below = or_(col(Category.id) == key, col(Category.path).contains([key]))
    rest = col(Category.path)[len(old_path) + 1 : _END]
    new_path = func.array_cat(cast(list(path), ARRAY(Uuid)), rest, type_=ARRAY(Uuid))
    await run(session, update(Category).where(below).values(path=new_path))
    await run(session, update(Category).where(col(Category.id) == key).values(parent_id=parent_key, position=position))
    await _count_in(session, key)


async def _count_in(session: Session, key: UUID) -> None:
    """Have each product at or below a category belong to all that are above its own categories now."""
    moved = (
        select(col(CategoryProduct.product_id))
        .join(Category, col(Category.id) == col(CategoryProduct.category_id))
        .where(col(CategoryProduct.is_direct), or_(col(Category.id) == key, col(Category.path).contains([key])))
    )
    within = col(CategoryProduct.product_id).in_(moved)
    await run(session, delete(CategoryProduct).where(within, ~col(CategoryProduct.is_direct)))
    above = aliased(Category)
    memberships = (
        select(
            col(above.id),
            col(CategoryProduct.product_id),
            false(),
            func.min(col(CategoryProduct.position)),
            func.min(col(CategoryProduct.rank)),
        )
        .select_from(CategoryProduct)
        .join(Category, col(Category.id) == col(CategoryProduct.category_id))
        .join(above, col(above.id) == any_(col(Category.path)))
        .where(within, col(CategoryProduct.is_direct))
        .group_by(col(above.id), col(CategoryProduct.product_id))
    )
    names = ["category_id", "product_id", "is_direct", "position", "rank"]
    await session.execute(insert(CategoryProduct).from_select(names, memberships).on_conflict_do_nothing())


async def remove(session: Session, key: UUID) -> None:
    """Remove a category with its slugs and picture. Its foreign keys stop this while something hangs on it."""
    slugs = delete(Slug).where(col(Slug.kind) == SlugKind.CATEGORY.value, col(Slug.target_id) == key)
    await run(session, slugs)
    await run(session, delete(Media).where(col(Media.category_id) == key))
    await run(session, delete(Category).where(col(Category.id) == key))
