"""Random operations over a schema: valid ones, with all that a document may hold."""

import random

from graphql import (
    GraphQLCompositeType,
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_abstract_type,
    is_composite_type,
    is_union_type,
)

SWITCHES = ("", "", "", "", "", " @include(if: $yes)", " @skip(if: $yes)", " @include(if: $no)", " @skip(if: $no)")
VARIABLES = {"yes": True, "no": False, "n": 2, "filter": {"min": 4, "tags": ["x"]}}
HEAD = "($yes: Boolean!, $no: Boolean = false, $n: Int = 1, $filter: Filter! = {min: 1})"


class Writer:
    """Writes one random operation."""

    def __init__(self, schema: GraphQLSchema, seed: int) -> None:
        self.schema = schema
        self.random = random.Random(seed)
        self.fragments: list[str] = []

    def operation(self) -> str:
        """A query, or now and then a mutation, that uses all its variables."""
        is_mutation = self.random.random() < 0.1
        root = self.schema.mutation_type if is_mutation else self.schema.query_type
        assert root is not None
        body = self._selection(root, 1 if is_mutation else 2)
        used = "unused: __typename @include(if: $yes) @skip(if: $no) "
        uses = "" if is_mutation else " used: boxes(n: $n) { kids(k: $n) { calc(filter: $filter) } }"
        uses = " used: addNow(n: $n) { calc(filter: $filter) }" if is_mutation else uses
        text = f"{'mutation' if is_mutation else 'query'}{HEAD} {{ {used}{body}{uses} }}"
        return "\n".join([text, *self.fragments])

    def _selection(self, kind: GraphQLCompositeType, depth: int) -> str:
        parts: list[str] = []
        if not is_union_type(kind):
            for name, field in kind.fields.items():
                if self.random.random() < 0.3:
                    parts += self._field(name, field, depth)
        if is_abstract_type(kind):
            for one in self.schema.get_possible_types(kind):
                if self.random.random() < 0.6:
                    parts.append(f"... on {one.name}{self._switch()} {{ {self._selection(one, depth - 1)} }}")
        if self.random.random() < 0.2 or not parts:
            parts.append("__typename")
        if self.random.random() < 0.15 and isinstance(kind, GraphQLObjectType):
            parts.append(self._spread(kind, depth))
        self.random.shuffle(parts)
        return " ".join(parts)

    def _spread(self, kind: GraphQLObjectType, depth: int) -> str:
        body = self._selection(kind, depth - 1)
        name = f"F{len(self.fragments)}"
        self.fragments.append(f"fragment {name} on {kind.name} {{ {body} }}")
        return f"...{name}{self._switch()}"

    def _field(self, name: str, field: GraphQLField, depth: int) -> list[str]:
        kind = get_named_type(field.type)
        body = ""
        if is_composite_type(kind):
            if depth <= 0:
                return []
            body = f" {{ {self._selection(kind, depth - 1)} }}"
        arguments = self._arguments(name, field)
        alias = f"a{self.random.randint(0, 999_999)}: " if arguments or self.random.random() < 0.2 else ""
        return [f"{alias}{name}{arguments}{self._switch()}{body}"]

    def _arguments(self, name: str, field: GraphQLField) -> str:
        if name == "calc":
            return f"(filter: {{min: {self.random.randint(0, 3)}}})"
        needed = name in ("add", "addNow")
        if not field.args or (not needed and self.random.random() < 0.5):
            return ""
        given = [f"{one}: {self.random.choice(['0', '1', '2', '3', '7', '$n'])}" for one in field.args]
        return f"({', '.join(given)})"

    def _switch(self) -> str:
        return self.random.choice(SWITCHES)
