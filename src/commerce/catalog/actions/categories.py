"""What we do with categories."""

from uuid import UUID

from sqlalchemy.exc import IntegrityError

from commerce.catalog import queries, rules
from commerce.catalog.actions.media import medium
from commerce.catalog.actions.wording import keep_slugs
from commerce.catalog.models import Category, Media, SlugKind
from commerce.catalog.values import CategoryChange, CategoryDraft, MediaDraft, MediaKind, Unset
from commerce.kit.db import Session
from commerce.kit.errors import InUse, Invalid, NotFound, OutOfRange, Refusal, Taken, raise_all
from commerce.kit.ids import new_key


async def create_category(session: Session, draft: CategoryDraft) -> Category:
    """Add a category behind its siblings."""
    wrong = [*rules.wrong_code(draft.code, "input", "code"), *rules.wrong_slugs(draft.slugs)]
    raise_all(wrong + _wrong_image(draft.image))
    await queries.lock_tree(session)
    parent = await _held(session, draft.parent_key, "parentId") if draft.parent_key else None
    key, slugs = new_key(), rules.slugs_for(draft.name, draft.slugs)
    await keep_slugs(session, SlugKind.CATEGORY, key, slugs, draft.slugs)
    category = Category(
        id=key,
        code=draft.code or next(iter(slugs.values())),
        parent_id=draft.parent_key,
        path=[*parent.path, parent.id] if parent else [],
        position=await queries.next_place(session, draft.parent_key),
        name=draft.name,
        slugs=slugs,
        description=rules.sanitized(draft.description),
        seo_title=draft.seo.title,
        seo_description=draft.seo.description,
        created_at=session.now(),
    )
    if not await queries.add_free(session, Category, [category.model_dump()], "code"):
        raise Taken("input", "code", value=category.code)
    await _set_image(session, key, draft.image)
    return category


async def update_category(session: Session, key: UUID, change: CategoryChange) -> Category:
    """Change what is given."""
    category = await _held(session, key)
    image = None if isinstance(change.image, Unset) else change.image
    raise_all([*rules.wrong_slugs(change.slugs or {}), *_wrong_image(image)])
    if change.slugs:
        await keep_slugs(session, SlugKind.CATEGORY, key, change.slugs, change.slugs)
    category.name = change.name or category.name
    category.slugs = change.slugs or category.slugs
    if change.description is not None:
        category.description = rules.sanitized(change.description)
    if change.seo_title is not None:
        category.seo_title = change.seo_title
    if change.seo_description is not None:
        category.seo_description = change.seo_description
    if not isinstance(change.image, Unset):
        await queries.clear_category_image(session, key)
        await _set_image(session, key, change.image)
    return category


async def move_category(session: Session, key: UUID, parent_key: UUID | None, position: int | None = None) -> Category:
    """Put a category under another one, or at the top, at a place among its new siblings or behind them all."""
    if position is not None and not 0 <= position <= 1_000_000:
        raise OutOfRange("input", "position", least=0, most=1_000_000)
    await queries.lock_tree(session)
    category = await _held(session, key)
    parent = await _held(session, parent_key, "parentId") if parent_key else None
    rules.check_move(key, parent_key, parent.path if parent else ())
    place = await queries.next_place(session, parent_key) if position is None else position
    if position is not None:
        await queries.make_room(session, parent_key, position)
    path = [*parent.path, parent.id] if parent else []
    await queries.move(session, key, category.path, parent_key, path, place)
    await session.refresh(category)
    return category


async def delete_category(session: Session, key: UUID) -> None:
    """Remove a category that holds nothing any more."""
    await queries.lock_tree(session)
    category = await _held(session, key)
    session.expunge(category)
    try:
        async with session.begin_nested():
            await queries.remove(session, key)
    except IntegrityError as error:
        raise InUse("input", "categoryId") from error


async def _held(session: Session, key: UUID, field: str = "categoryId") -> Category:
    category = await queries.category(session, key)
    if category is None:
        raise NotFound("input", field)
    return category


def _wrong_image(image: MediaDraft | None) -> list[Refusal]:
    if image is None:
        return []
    kind = [] if image.kind is MediaKind.IMAGE and image.sku is None else [Invalid("input", "image")]
    return [*kind, *rules.wrong_medium(image, ("input", "image"))]


async def _set_image(session: Session, key: UUID, image: MediaDraft | None) -> None:
    if image is not None:
        await queries.add_rows(session, Media, [{**medium(image), "category_id": key, "position": 0}])
