"""From arguments as the schema coerces them to what resolvers are called with: Python names, inputs as objects.

Strawberry looks at the types of a field's arguments with every call. Here that is done once for each field; types that
make their values in a way of their own are left to Strawberry.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING
from functools import partial
from typing import Any, cast

import strawberry
from strawberry.relay import GlobalID
from strawberry.schema.compat import is_scalar
from strawberry.types.arguments import StrawberryArgument, convert_argument, convert_arguments
from strawberry.types.base import (
    StrawberryList,
    StrawberryMaybe,
    StrawberryObjectDefinition,
    StrawberryOptional,
    get_object_definition,
)
from strawberry.types.enum import StrawberryEnumDefinition, has_enum_definition
from strawberry.types.field import StrawberryField
from strawberry.types.lazy_type import LazyType
from strawberry.types.unset import UNSET

Convert = Callable[[Any], Any]


class Unusual(Exception):
    """A type that makes its values itself."""


class Inputs:
    """What it takes to call the resolvers of one schema."""

    def __init__(self, schema: strawberry.Schema) -> None:
        self.schema = schema
        self._registry = schema.schema_converter.scalar_registry
        self._known: dict[StrawberryField, Callable[[dict[str, Any], Any], dict[str, Any]]] = {}
        self._objects: dict[Any, Convert] = {}

    def of(self, field: StrawberryField, given: dict[str, Any], info: Any) -> dict[str, Any]:
        """The arguments of a call. They are shared by all objects of the field: resolvers must not change them."""
        if not given:
            return {}
        convert = self._known.get(field)
        if convert is None:
            convert = self._known[field] = self._converter(field)
        return convert(given, info)

    def _converter(self, field: StrawberryField) -> Callable[[dict[str, Any], Any], dict[str, Any]]:
        try:
            parts = [self._part(argument) for argument in field.arguments]
        except Unusual:
            return partial(self._by_strawberry, field)

        def convert(given: dict[str, Any], _info: Any) -> dict[str, Any]:
            return {to: make(given[name]) if make else given[name] for name, to, make in parts if name in given}

        return convert

    def _by_strawberry(self, field: StrawberryField, given: dict[str, Any], info: Any) -> dict[str, Any]:
        return convert_arguments(given, field.arguments, self._registry, self.schema.config, info)

    def _part(self, argument: StrawberryArgument) -> tuple[str, str, Convert | None]:
        name = self.schema.config.name_converter.from_argument(argument)
        return name, argument.python_name, self._convert(argument.type)

    def _convert(self, kind: Any) -> Convert | None:
        """How values of a type are made; None where they stay as they are."""
        if isinstance(kind, StrawberryMaybe):
            return self._maybe(kind)
        if isinstance(kind, StrawberryOptional):
            return self._convert(kind.of_type)
        if isinstance(kind, StrawberryList):
            return _list_of(self._convert(kind.of_type))
        if isinstance(kind, LazyType):
            return self._convert(kind.resolve_type())
        if kind is GlobalID:
            raise Unusual
        if is_scalar(kind, self._registry) or isinstance(kind, StrawberryEnumDefinition) or has_enum_definition(kind):
            return None
        definition = get_object_definition(kind)
        if definition is None or definition.from_input is not None:
            raise Unusual
        if kind not in self._objects:
            self._objects[kind] = lambda value: value  # an input may hold itself
            try:
                self._objects[kind] = self._object(kind, definition)
            except Unusual:
                del self._objects[kind]
                raise
        return lambda value: self._objects[kind](value)  # noqa: PLW0108  (it may be replaced yet)

    def _maybe(self, kind: StrawberryMaybe) -> Convert:
        make = self._convert(kind.of_type)
        takes_null = isinstance(kind.of_type, StrawberryOptional)

        def convert(value: Any) -> Any:
            if value is None and not takes_null:
                return convert_argument(value, kind, self._registry, self.schema.config)  # it says what is wrong
            return strawberry.Some(make(value) if make else value)

        return convert

    def _object(self, kind: Any, definition: StrawberryObjectDefinition) -> Convert:
        name_of = self.schema.config.name_converter.from_field
        absent = {field.python_name: None for field in definition.fields if _has_no_default(field)}
        parts = [
            (name_of(field), field.python_name, self._convert(field.resolve_type(type_definition=definition)))
            for field in definition.fields
        ]

        def convert(value: Any) -> Any:
            if value is None or value is UNSET:
                return value
            given = cast("Mapping[str, Any]", value)
            found = {to: make(given[name]) if make else given[name] for name, to, make in parts if name in given}
            return kind(**(absent | found))

        return convert


def _list_of(make: Convert | None) -> Convert:
    def convert(value: Any) -> Any:
        if value is None or value is UNSET:
            return value
        return [make(one) for one in value] if make else list(value)

    return convert


def _has_no_default(field: StrawberryField) -> bool:
    return field.default_value is MISSING and field.default_factory is MISSING
