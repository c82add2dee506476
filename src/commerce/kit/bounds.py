"""How much one request may say, so that reading it and answering it stays cheap."""

from collections.abc import Iterator
from typing import Any

import strawberry
from strawberry.types.base import get_object_definition, has_object_definition
from strawberry.utils.str_converters import to_camel_case

from commerce.kit.errors import TooMany

MOST_ITEMS = 250
"""Items in any list of an input, and refusals in one answer."""
LONGEST_DOCUMENT = 100_000
"""Characters of a document. Longer ones could hold up others while they are read, however few words they have."""
MOST_VALUES = 20_000
"""Values in all variables together: comparing a megabyte of them with their types takes most of a second."""


def holds_too_much(variables: Any) -> bool:
    """Whether there are more values than we compare with their types."""
    count, waiting = 0, [variables]
    while waiting:
        one = waiting.pop()
        inner = one.values() if one.__class__ is dict else one
        count += len(one)
        if count > MOST_VALUES:
            return True
        waiting += [part for part in inner if part.__class__ is dict or part.__class__ is list]
    return False


def has_long_list(given: Any) -> bool:
    """Whether some list within an input is longer than we take."""
    kind = given.__class__
    if kind is str or kind is int or given is None:
        return False
    if kind is list:
        return len(given) > MOST_ITEMS or any(map(has_long_list, given))
    if kind is strawberry.Some:
        return has_long_list(given.value)
    return has_object_definition(given) and any(map(has_long_list, vars(given).values()))


def long_lists(given: Any, *field: str | int) -> Iterator[TooMany]:
    """Every list within an input that is longer than we take."""
    if isinstance(given, list):
        if len(given) > MOST_ITEMS:
            yield TooMany(*field, most=MOST_ITEMS)
        else:
            for i, one in enumerate(given):
                yield from long_lists(one, *field, i)
    elif isinstance(given, strawberry.Some):
        yield from long_lists(given.value, *field)
    elif (definition := get_object_definition(given)) is not None:
        for one in definition.fields:
            yield from long_lists(getattr(given, one.python_name), *field, to_camel_case(one.python_name))
