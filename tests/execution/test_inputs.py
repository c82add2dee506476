"""Arguments reach resolvers as Strawberry would hand them over, for every field of the shop."""

import random
from collections.abc import Iterator
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLNonNull,
    GraphQLObjectType,
    is_list_type,
    is_non_null_type,
)
from strawberry.types.arguments import convert_arguments

from commerce.kit.execution.inputs import Inputs
from commerce.schema import schema

FIELDS = [
    pytest.param(field, id=f"{kind.name}.{name}")
    for kind in schema._schema.type_map.values()
    if isinstance(kind, GraphQLObjectType)
    for name, field in kind.fields.items()
    if field.args and "strawberry-definition" in field.extensions
]


def coerced(kind: Any, chance: random.Random, depth: int = 4) -> Any:
    """A value as graphql-core coerces it; what may be left out or null sometimes is."""
    if is_non_null_type(kind):
        return coerced(kind.of_type, chance, depth)
    if is_list_type(kind):
        return [coerced(kind.of_type, chance, depth - 1) for _ in range(chance.randint(0, 2))]
    if isinstance(kind, GraphQLEnumType):
        return kind.coerce_input_value(chance.choice(list(kind.values)))
    if isinstance(kind, GraphQLInputObjectType):
        return dict(_parts(kind, chance, depth))
    return chance.choice(["text", "7", "x"])


def _parts(kind: GraphQLInputObjectType, chance: random.Random, depth: int) -> Iterator[tuple[str, Any]]:
    for name, part in kind.fields.items():
        if isinstance(part.type, GraphQLNonNull):
            yield name, coerced(part.type, chance, depth - 1)
        elif depth > 0 and chance.random() < 0.6:
            yield name, None if chance.random() < 0.3 else coerced(part.type, chance, depth - 1)


@pytest.mark.parametrize("field", FIELDS)
def test_arguments_are_what_strawberry_makes_of_them(field: GraphQLField) -> None:
    inputs = Inputs(schema)
    definition = field.extensions["strawberry-definition"]
    chance = random.Random(1)
    for _ in range(10):
        given = {
            name: coerced(one.type, chance)
            for name, one in field.args.items()
            if isinstance(one.type, GraphQLNonNull) or chance.random() < 0.6
        }
        theirs: Any
        try:
            theirs = convert_arguments(
                given, definition.arguments, schema.schema_converter.scalar_registry, schema.config
            )
        except Exception as error:  # noqa: BLE001
            theirs = repr(error)
        try:
            ours = inputs.of(definition, given, None)
        except Exception as error:  # noqa: BLE001
            ours = repr(error)
        assert ours == theirs


def test_all_fields_of_the_shop_are_converted_without_strawberry() -> None:
    inputs = Inputs(schema)
    for parameter in FIELDS:
        definition = parameter.values[0].extensions["strawberry-definition"]
        assert "partial" not in repr(inputs._converter(definition))
