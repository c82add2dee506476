"""What an operation costs: at most, by what it asks for, and in the end, by what its answer came to."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    NullValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
)

from commerce.kit.bounds import MOST_ITEMS
from commerce.kit.limits.fragments import fragments_of, inside_out
from commerce.kit.limits.measures import INTROSPECTION, MANY
from commerce.kit.limits.weights import Weight, Weights, within_page

MOST_KEPT = 100
"""Costs that are remembered of one operation, by the sizes that its variables ask for."""
Size = Callable[[Mapping[str, Any]], int]


@dataclass(slots=True)
class Part:
    """What is asked of each object in one place."""

    fixed: int = 0
    """Points of all beneath it that is there just once."""
    fields: "list[Many]" = field(default_factory=list)
    """Fields that are lists, or lead to some."""


@dataclass(slots=True)
class Many:
    """A field whose cost depends on how many there are."""

    key: str
    weight: int
    part: Part
    items: Size | None
    is_page: bool
    page: Size | None


@dataclass(frozen=True, slots=True)
class Entry:
    """A field that costs something, as it stands in the document."""

    key: str
    weight: Weight
    part: Part
    items: Size | None
    page: Size | None


Entries = dict[int, Entry]
"""Fields by the identity of their nodes, so that a fragment that is spread twice in one place counts there once."""


class Bill:
    """How the cost of one operation comes about."""

    def __init__(self, document: DocumentNode, node: OperationDefinitionNode, weights: Weights) -> None:
        self._weights = weights
        self._fragments: dict[str, Entries] = {}
        self._sizes: list[Size] = []
        fragments = fragments_of(document)
        for fragment in inside_out(fragments):
            self._fragments[fragment.name.value] = self._entries(_type_of(fragment), fragment.selection_set)
        root = weights.schema.get_root_type(node.operation)
        self._whole = _part(self._entries(root.name if root else "", node.selection_set))
        self._is_fixed = not self._sizes
        self._known: dict[tuple[int, ...], int] = {}

    def cost(self, variables: Mapping[str, Any]) -> int:
        """Points at most, with these values."""
        key = () if self._is_fixed else tuple(size(variables) for size in self._sizes)
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= MOST_KEPT:
                self._known.clear()
            known = self._known[key] = max(1, _asked(self._whole, variables, {})[0])
        return known

    def came_to(self, data: Mapping[str, Any]) -> int:
        """Points of an answer: its lists count with the items that they have. A lone object counts also when it is null."""
        return max(1, _answered(self._whole, data))

    def _entries(self, parent: str, selections: SelectionSetNode) -> Entries:
        found: Entries = {}
        for one in selections.selections:
            if isinstance(one, FieldNode):
                weight = self._weights.of(parent, one.name.value)
                if weight is not None:
                    found[id(one)] = self._entry(one, weight)
            elif isinstance(one, FragmentSpreadNode):
                found |= self._fragments.get(one.name.value, {})
            elif isinstance(one, InlineFragmentNode):
                found |= self._entries(_type_of(one) or parent, one.selection_set)
        return found

    def _entry(self, node: FieldNode, weight: Weight) -> Entry:
        key = (node.alias or node.name).value
        arguments = {one.name.value: one.value for one in node.arguments or ()}
        is_bare = node.selection_set is None or node.name.value in INTROSPECTION  # which is limited by itself
        part = Part() if is_bare else _part(self._entries(weight.kind, node.selection_set))  # type: ignore[arg-type]
        return Entry(key, weight, part, self._items(weight, arguments), self._page(weight, arguments))

    def _items(self, weight: Weight, arguments: Mapping[str, ValueNode]) -> Size | None:
        if weight.items is None or weight.is_page:
            return None
        if weight.counted_by is not None and weight.counted_by in arguments:
            return self._sized(arguments[weight.counted_by], _length, weight.items)
        return _always(weight.items)

    def _page(self, weight: Weight, arguments: Mapping[str, ValueNode]) -> Size | None:
        if not weight.has_pages:
            return None
        asked = [
            self._sized(arguments[name], within_page, 0)
            for name in ("first", "last")
            if name in arguments and not isinstance(arguments[name], NullValueNode)
        ]
        return lambda variables: max((size(variables) for size in asked), default=0) or weight.page

    def _sized(self, node: ValueNode, size: Callable[[Any], int], default: int) -> Size:
        """The size that an argument asks for. A variable that is left out or null asks for the default."""
        if isinstance(node, VariableNode):
            name = node.name.value

            def of_variable(variables: Mapping[str, Any]) -> int:
                value = variables.get(name)
                return default if value is None else size(value)

            self._sizes.append(of_variable)
            return of_variable
        if isinstance(node, ListValueNode):
            return _always(size(node.values))
        return _always(size(_number(node)) if isinstance(node, IntValueNode) else default)


def _type_of(node: FragmentDefinitionNode | InlineFragmentNode) -> str:
    return node.type_condition.name.value if node.type_condition else ""


def _number(node: IntValueNode) -> int:
    return int(node.value) if len(node.value) < 10 else MANY


def _length(value: Any) -> int:
    """Of a list, which may also be given as its only item. One at least: an empty list is not free to ask for."""
    return min(max(len(value), 1), MOST_ITEMS) if isinstance(value, Sequence) and not isinstance(value, str) else 1


def _always(size: int) -> Size:
    return lambda _variables: size


def _part(entries: Entries) -> Part:
    """What is asked of an object by these fields; whatever leads to no list is added up at once."""
    part = Part()
    for entry in entries.values():
        weight = entry.weight
        if weight.items is None and entry.page is None and not entry.part.fields:
            part.fixed = min(MANY, part.fixed + weight.weight + entry.part.fixed)
        else:
            part.fields.append(Many(entry.key, weight.weight, entry.part, entry.items, weight.is_page, entry.page))
    return part


def _asked(part: Part, variables: Mapping[str, Any], known: dict[int, tuple[int, int]]) -> tuple[int, int]:
    """Points at most: some for certain, and some for each item of the page that this part is asked of."""
    if id(part) in known:
        return known[id(part)]
    certain, per_item = part.fixed, 0
    for one in part.fields:
        inner, inner_per_item = _asked(one.part, variables, known)
        each = one.weight + inner
        if one.is_page:
            per_item += each
        elif one.items is not None:
            certain += one.items(variables) * each
        else:
            certain += each + inner_per_item * (one.page(variables) if one.page is not None else 1)
    known[id(part)] = min(MANY, certain), min(MANY, per_item)
    return known[id(part)]


def _answered(part: Part, data: Mapping[str, Any]) -> int:
    """Points of the answer's objects in one place."""
    points = part.fixed
    for one in part.fields:
        value = data.get(one.key)
        if value is None:
            continue
        if value.__class__ is not list:
            points += one.weight + _answered(one.part, value)
        elif one.part.fields:
            points += one.weight * len(value) + sum(_answered(one.part, item) for item in value if item is not None)
        else:
            points += (one.weight + one.part.fixed) * len(value)
    return points
