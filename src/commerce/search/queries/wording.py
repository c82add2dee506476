"""Finding products by words."""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Text,
    Uuid,
    all_,
    any_,
    bindparam,
    cast,
    column,
    exists,
    func,
    literal_column,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSQUERY
from sqlmodel import col

from commerce.catalog.models import Brand, Category
from commerce.kit.db import Reads
from commerce.search.models import Profile
from commerce.search.values import Shape, Words

_patterns = bindparam("word_patterns", type_=ARRAY(Text))
FOUND_BY_LETTERS: ColumnElement[bool] = func.search_letters(col(Profile.said), col(Profile.places)).op(
    "@@", is_comparison=True
)(cast(bindparam("letters", type_=Text), TSQUERY))
"""Whether a product has the letters of all words; the index finds these. Of long words it may have them scattered."""


def bound_words(words: Words | None) -> dict[str, Any]:
    """The values of the conditions on words."""
    given = words or Words()
    return {
        "letters": given.letters,
        "word_patterns": list(given.patterns),
        "place_patterns": [pattern for pattern, _ in given.places],
        "place_keys": [key for _, key in given.places],
    }


def says_all(shape: Shape) -> ColumnElement[bool]:
    """Whether every word is in a product's names or SKUs, or is one of its brand or categories."""
    says = col(Profile.said).like(all_(_patterns))
    return says | ~exists(_missing()) if shape.named else says


def _missing() -> Select[Any]:
    """The words that a product has nowhere."""
    word = _each(_patterns)
    place: Any = (
        func.unnest(bindparam("place_patterns", type_=ARRAY(Text)), bindparam("place_keys", type_=ARRAY(Uuid)))
        .table_valued(column("pattern", Text), column("key", Uuid))
        .render_derived("place")
    )
    lies_there = select(place.c.key).where(place.c.pattern == word.c.pattern, place.c.key == any_(col(Profile.places)))
    lacks = ~col(Profile.said).like(word.c.pattern) & ~exists(lies_there.correlate(word, Profile))
    return select(word.c.pattern).where(lacks).correlate(Profile)


def _each(patterns: Any) -> Any:
    return func.unnest(patterns).table_valued(column("pattern", Text)).render_derived("word")


def _said(texts: Any) -> Any:
    """The texts of all locales, without the locales."""
    return func.lower(cast(func.jsonb_path_query_array(texts, literal_column("'$.*'"), type_=JSONB), Text))


def _array(statement: Any) -> Any:
    return func.array(statement.scalar_subquery(), type_=ARRAY(Uuid))


def _hear() -> Select[Any]:
    given = _each(func.string_to_array(func.lower(bindparam("patterns", type_=Text)), " ", type_=ARRAY(Text)))
    pattern = given.c.pattern
    named = select(col(Category.id)).where(_said(Category.name).like(pattern)).correlate(given)
    down_to_it = func.array_append(col(Category.path), col(Category.id), type_=ARRAY(Uuid))
    below = select(col(Category.id)).where(down_to_it.overlap(_array(named))).correlate(given)
    brands = select(col(Brand.id)).where(_said(Brand.name).like(pattern)).correlate(given)
    heard = select(pattern, _array(brands.union_all(below)).label("places")).cte("heard").prefix_with("MATERIALIZED")
    inner = func.substr(heard.c.pattern, 2, func.char_length(heard.c.pattern) - 2)
    word = func.regexp_replace(inner, r"\\(.)", r"\1", "g")
    return select(heard.c.pattern, func.search_asked(word, heard.c.places), heard.c.places)


_heard = _hear()


async def heard(reads: Reads, patterns: str) -> Words:
    """What the words mean here: in lower case, as the index of letters is asked for them, and what bears their name."""
    rows = await reads.rows(_heard, patterns=patterns)
    return Words(
        letters=" & ".join(letters for _, letters, _ in rows),
        patterns=tuple(pattern for pattern, _, _ in rows),
        places=tuple((pattern, key) for pattern, _, keys in rows for key in keys),
    )
