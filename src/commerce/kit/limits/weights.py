"""What each field of a schema costs. A field may say otherwise where it is declared, with `costs`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLSchema,
    get_named_type,
    get_nullable_type,
    is_composite_type,
    is_list_type,
)
from strawberry.types.field import StrawberryField

from commerce.kit.pagination import DEFAULT_PAGE, LARGEST_PAGE

OBJECT = 1
MUTATION = 10
INTROSPECTIONS = {"__schema": 1_000, "__type": 10}
ITEMS = 5
"""Items that are expected of a list that has no pages, unless its field says otherwise."""
FREE = ("Edge", "PageInfo")
"""Endings of types that only hold a page together."""
COST = "cost"


@dataclass(frozen=True, slots=True)
class Cost:
    """What a field says of itself."""

    weight: int | None = None
    items: int | None = None


def costs(*, weight: int | None = None, items: int | None = None) -> Callable[[Any], Any]:
    """Declare that a field costs more than others, or how many items its list has as a rule.

    @costs(items=30)
    @batched
    async def facets(...): ...
    """
    said = Cost(max(1, weight) if weight else None, max(1, items) if items else None)

    def say(field: StrawberryField) -> StrawberryField:
        field.metadata = MappingProxyType({**(field.metadata or {}), COST: said})
        return field

    return say


@dataclass(frozen=True, slots=True)
class Weight:
    """What one field costs, and what multiplies that which is asked of its objects."""

    kind: str
    """The type of its objects."""
    weight: int
    items: int | None = None
    """For a list: how many items are expected."""
    counted_by: str | None = None
    """For a list: the argument that names its items, such as `ids`."""
    is_page: bool = False
    """For a list: it is the page of the connection that it belongs to."""
    has_pages: bool = False
    """It is a connection: its page is as large as `first` or `last` say, or this much."""
    page: int = DEFAULT_PAGE


class Weights:
    """The weights of all fields that cost anything."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self.schema = schema
        self._known: dict[tuple[str, str], Weight | None] = {}

    def of(self, parent: str, name: str) -> Weight | None:
        """None for what is free, as scalars are unless they say otherwise, and for what there is not."""
        key = parent, name
        if key not in self._known:
            self._known[key] = self._weigh(parent, name)
        return self._known[key]

    def _weigh(self, parent: str, name: str) -> Weight | None:
        if name in INTROSPECTIONS:
            return Weight("__Schema", INTROSPECTIONS[name])
        fields: Mapping[str, GraphQLField] = getattr(self.schema.type_map.get(parent), "fields", {})
        field = fields.get(name)
        kind = get_named_type(field.type) if field else None
        if field is None or kind is None:
            return None
        said = _said(field)
        if not is_composite_type(kind):
            return Weight("", said.weight) if said.weight else None
        is_mutation = self.schema.mutation_type is not None and parent == self.schema.mutation_type.name
        weight = said.weight or (MUTATION if is_mutation else 0 if kind.name.endswith(FREE) else OBJECT)
        if not is_list_type(get_nullable_type(field.type)):
            has_pages = kind.name.endswith("Connection")
            return Weight(kind.name, weight, has_pages=has_pages, page=_default_page(field, said))
        return Weight(
            kind.name,
            weight,
            items=said.items or ITEMS,
            counted_by=_counted_by(field),
            is_page=parent.endswith("Connection") and name in ("nodes", "edges"),
        )


def _said(field: GraphQLField) -> Cost:
    definition = (field.extensions or {}).get("strawberry-definition")
    said = (getattr(definition, "metadata", None) or {}).get(COST)
    return said if isinstance(said, Cost) else Cost()


def _default_page(field: GraphQLField, said: Cost) -> int:
    default = field.args["first"].default_value if "first" in field.args else None
    return default if isinstance(default, int) else said.items or DEFAULT_PAGE


def _counted_by(field: GraphQLField) -> str | None:
    """The argument whose items the answer has one by one."""
    named = [name for name in field.args if name == "ids" or name.endswith("Ids")]
    return named[0] if len(named) == 1 else None


def within_page(size: Any) -> int:
    """A page's size as far as it matters. One at least: an empty page is not free to ask for."""
    return min(max(size, 1), LARGEST_PAGE) if isinstance(size, int) else DEFAULT_PAGE
