"""Keeping slugs."""

from uuid import UUID

from commerce.catalog import queries, rules
from commerce.catalog.models import SlugKind
from commerce.i18n.values import Texts
from commerce.kit.db import Session
from commerce.kit.errors import Taken, raise_all


async def keep_slugs(session: Session, kind: SlugKind, target: UUID, slugs: Texts, given: Texts) -> None:
    """Make these the slugs of a product or category. Refuses those that lead, or once led, to another."""
    taken = await queries.set_slugs(session, kind, target, slugs, session.now())
    raise_all(
        [Taken(*rules.slug_field(given, locale), value=slug) for locale, slug in slugs.items() if locale in taken]
    )
