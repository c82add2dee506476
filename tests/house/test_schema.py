"""What every part of the schema owes to those who read it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    is_specified_directive,
    is_specified_scalar_type,
)

from commerce.kit.graphql import Guard
from commerce.schema import Mutation, Query, Subscription, schema, sdl

ROOT = Path(__file__).parents[2]
GRAPHQL = schema._schema
OURS = [
    kind for kind in GRAPHQL.type_map.values() if not kind.name.startswith("__") and not is_specified_scalar_type(kind)
]
STRAWBERRYS_OWN = {"oneOf"}
WITH_THE_ID_OF_ANOTHER = {"Viewer"}
"""Faces of an object whose own type is the node."""


def elements() -> Iterator[tuple[str, str | None]]:
    """Every element of the schema that a reader may ask about, with its description."""
    for kind in OURS:
        yield kind.name, kind.description
        yield from _members(kind)
    for directive in GRAPHQL.directives:
        if not is_specified_directive(directive) and directive.name not in STRAWBERRYS_OWN:
            yield f"@{directive.name}", directive.description
            for name, argument in directive.args.items():
                yield f"@{directive.name}({name})", argument.description


def _members(kind: GraphQLNamedType) -> Iterator[tuple[str, str | None]]:
    if isinstance(kind, GraphQLEnumType):
        for name, value in kind.values.items():
            yield f"{kind.name}.{name}", value.description
    elif isinstance(kind, GraphQLInputObjectType):
        for name, field in kind.fields.items():
            yield f"{kind.name}.{name}", field.description
    elif isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
        for name, field in kind.fields.items():
            yield f"{kind.name}.{name}", field.description
            for argument_name, argument in field.args.items():
                yield f"{kind.name}.{name}({argument_name})", argument.description


def fields() -> Iterator[tuple[str, Any]]:
    """The type of every field, argument and input field."""
    for kind in OURS:
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
            for name, field in kind.fields.items():
                yield f"{kind.name}.{name}", field.type
                for argument_name, argument in getattr(field, "args", {}).items():
                    yield f"{kind.name}.{name}({argument_name})", argument.type


def test_committed_schema_is_current() -> None:
    assert (ROOT / "schema.graphql").read_text("utf-8") == sdl(), "make schema"


def test_everything_has_a_description() -> None:
    assert [name for name, description in elements() if not (description or "").strip()] == []


def test_descriptions_are_sentences() -> None:
    assert [name for name, description in elements() if description and description.strip()[-1] not in ".:)`"] == []


@pytest.mark.parametrize("root", [Query, Mutation, Subscription])
def test_every_root_field_says_who_may_call_it(root: Any) -> None:
    unguarded = [
        field.name
        for field in root.__strawberry_definition__.fields
        if not any(isinstance(extension, Guard) for extension in field.extensions)
    ]
    assert unguarded == []


def test_lists_and_their_items_are_never_null() -> None:
    """Lookups by id are the exception: each answers null for what is not there."""
    loose = []
    for name, kind in fields():
        # What a payload is about is null when the mutation was refused; inputs may be left out.
        may_be_null = name.split(".")[0].endswith(("Input", "Payload")) or "(" in name
        bare = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
        if not isinstance(bare, GraphQLList):
            continue
        if bare is kind and not may_be_null:
            loose.append(name)
        if not isinstance(bare.of_type, GraphQLNonNull) and name != "Query.nodes":
            loose.append(f"{name} []")
    assert loose == []


def test_mutations_take_one_input_and_answer_with_user_errors() -> None:
    assert GRAPHQL.mutation_type is not None
    for name, field in GRAPHQL.mutation_type.fields.items():
        assert list(field.args) == ["input"], name
        payload = getattr(field.type, "of_type", None)
        assert str(payload).endswith("Payload"), name
        assert str(payload.fields["userErrors"].type) == "[UserError!]!", name


def test_whatever_has_a_global_id_is_a_node() -> None:
    for kind in OURS:
        if isinstance(kind, GraphQLObjectType) and "id" in kind.fields and kind.name not in WITH_THE_ID_OF_ANOTHER:
            assert "Node" in [interface.name for interface in kind.interfaces], kind.name
