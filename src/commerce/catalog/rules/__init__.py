"""What must hold in the catalog, and what is made from it."""

from commerce.catalog.rules.drafts import (
    MOST_VARIANTS,
    choice_key,
    wrong_attributes,
    wrong_draft,
    wrong_facts,
    wrong_media,
    wrong_medium,
    wrong_rank,
    wrong_variants,
)
from commerce.catalog.rules.showing import measure, summary
from commerce.catalog.rules.tree import check_move, memberships
from commerce.catalog.rules.wording import (
    LONGEST_DESCRIPTION,
    sanitized,
    slug_field,
    slugify,
    slugs_for,
    wrong_code,
    wrong_slug,
    wrong_slugs,
    wrong_tax_class,
)

__all__ = [
    "LONGEST_DESCRIPTION",
    "MOST_VARIANTS",
    "check_move",
    "choice_key",
    "measure",
    "memberships",
    "sanitized",
    "slug_field",
    "slugify",
    "slugs_for",
    "summary",
    "wrong_attributes",
    "wrong_code",
    "wrong_draft",
    "wrong_facts",
    "wrong_media",
    "wrong_medium",
    "wrong_rank",
    "wrong_slug",
    "wrong_slugs",
    "wrong_tax_class",
    "wrong_variants",
]
