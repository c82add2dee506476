"""What everyone is told alike, found out from the rules of the fields, so that nobody has to list it."""

from collections.abc import Iterator
from typing import Any

import strawberry
from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLSchema,
    GraphQLUnionType,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    get_named_type,
    is_composite_type,
)

from commerce.kit.graphql.access import Guard
from commerce.kit.graphql.nodes import Node
from commerce.kit.graphql.rules import PUBLIC

INTROSPECTION = "__"


class Alike:
    """The part of a schema whose answers do not depend on who asks.

    A type belongs to it if a way of public fields leads there from `Query`; what nobody has opened stays closed. An
    interface stands for its types, but not `Node`: through it everything with an id can be asked for.
    """

    def __init__(self, schema: strawberry.Schema) -> None:
        self.schema: GraphQLSchema = schema._schema  # noqa: SLF001
        assert self.schema.query_type is not None
        self.types: set[str] = {self.schema.query_type.name}
        self._reach()

    def _reach(self) -> None:
        left: list[Any] = [self.schema.query_type]
        while left:
            kind = left.pop()
            for below in self._below(kind):
                if is_composite_type(below) and below.name not in self.types:
                    self.types.add(below.name)
                    left.append(below)

    def _below(self, kind: GraphQLNamedType) -> Iterator[GraphQLNamedType]:
        """The types that one leads to."""
        for name, field in getattr(kind, "fields", {}).items():
            if self.is_open(kind.name, name, field):
                yield get_named_type(field.type)
        if isinstance(kind, GraphQLInterfaceType | GraphQLUnionType) and kind.name != Node.__name__:
            yield from self.schema.get_possible_types(kind)

    def is_open(self, kind: str, name: str, field: GraphQLField) -> bool:
        """Whether a field says the same to everyone. A root field must say so itself."""
        rules = [one.access for one in _extensions(field) if isinstance(one, Guard)]
        at_root = self.schema.query_type is not None and kind == self.schema.query_type.name
        return all(rule is PUBLIC for rule in rules) and (bool(rules) or not at_root or name.startswith(INTROSPECTION))

    def covers(self, document: DocumentNode, operation: OperationDefinitionNode) -> bool:
        """Whether a valid query asks only for what everyone is told alike. Each fragment is looked at once."""
        if operation.operation is not OperationType.QUERY or self.schema.query_type is None:
            return False
        fragments = (one for one in document.definitions if isinstance(one, FragmentDefinitionNode))
        roots = [(self.schema.query_type.name, operation.selection_set)]
        roots += [(one.type_condition.name.value, one.selection_set) for one in fragments]
        return all(self._has(kind, selections) for kind, selections in roots)

    def _has(self, kind: str, selections: SelectionSetNode) -> bool:
        left = [(kind, selections)]
        while left:
            kind, selections = left.pop()
            if kind not in self.types and not kind.startswith(INTROSPECTION):
                return False
            for node in selections.selections:
                below = self._step(kind, node)
                if below is None:
                    return False
                if isinstance(inner := getattr(node, "selection_set", None), SelectionSetNode):
                    left.append((below, inner))
        return True

    def _step(self, kind: str, node: Any) -> str | None:
        """The type that a selection leads to; None where it is not open."""
        if isinstance(node, InlineFragmentNode):
            return node.type_condition.name.value if node.type_condition else kind
        name = node.name.value
        if getattr(node, "selection_set", None) is None and name == "__typename":
            return kind
        field = self._field(kind, name, node)
        if field is None:
            return kind
        return get_named_type(field.type).name if self.is_open(kind, name, field) else None

    def _field(self, kind: str, name: str, node: Any) -> GraphQLField | None:
        """The field of a selection; None for a fragment that is spread, which is looked at for itself."""
        if node.kind == "fragment_spread":
            return None
        owner: Any = self.schema.type_map[kind]
        return self.schema.get_field(owner, name)


def _extensions(field: GraphQLField) -> list[Any]:
    declared = field.extensions.get("strawberry-definition")
    return list(declared.extensions) if declared is not None else []
