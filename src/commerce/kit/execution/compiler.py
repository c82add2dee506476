"""From a validated operation to a plan: the selections on each type, with the outputs and sources of their fields."""

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

from graphql import (
    DocumentNode,
    ExecutionResult,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    Visitor,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    visit,
)
from graphql.execution.collect_fields import FieldDetails, FragmentDetails, collect_fields, collect_subfields
from graphql.execution.values import VariableValues
from strawberry.types.field import StrawberryField

from commerce.kit.execution.inputs import Inputs
from commerce.kit.execution.outputs import Abstract, Leaf, ListOf, Object, Output
from commerce.kit.execution.run import Run
from commerce.kit.execution.selections import Field, Selection, Source
from commerce.kit.execution.sources import Attribute, Batch, Call, Each, Foreign


@dataclass(slots=True, eq=False)
class Plan:
    """A compiled operation."""

    schema: GraphQLSchema
    operation: OperationDefinitionNode
    fragments: Mapping[str, FragmentDefinitionNode]
    selection: Selection
    hide_suggestions: bool

    async def execute(self, variables: VariableValues, context: Any, root_value: Any = None) -> ExecutionResult:
        run = Run(self, variables, context, root_value)
        return await (run.one_by_one() if self.operation.operation is OperationType.MUTATION else run.at_once())


class Traits(Visitor):
    """What has to be known of an operation before it is compiled."""

    def __init__(self) -> None:
        super().__init__()
        self._switches: set[str] = set()
        self.switches: tuple[str, ...] = ()
        """The variables that `@skip` and `@include` look at: each combination of them has a plan of its own."""
        self.spread: set[str] = set()
        """The fragments that it spreads."""
        self.is_foreign = False
        """Whether it holds what only graphql-core does: introspection, `@defer`, `@stream`, fragment variables."""

    def enter_directive(self, node: Any, *_: Any) -> None:
        if node.name.value in ("skip", "include"):
            values = [argument.value for argument in node.arguments or ()]
            self._switches |= {value.name.value for value in values if value.kind == "variable"}
        self.is_foreign |= node.name.value in ("defer", "stream")

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        self.is_foreign |= node.name.value in ("__schema", "__type")

    def enter_fragment_spread(self, node: FragmentSpreadNode, *_: Any) -> None:
        self.spread.add(node.name.value)

    def enter_fragment_definition(self, node: FragmentDefinitionNode, *_: Any) -> None:
        self.is_foreign |= bool(node.variable_definitions)


def traits_of(document: DocumentNode, operation: OperationDefinitionNode) -> Traits:
    """The traits of an operation, with all fragments that it reaches."""
    fragments = {one.name.value: one for one in document.definitions if isinstance(one, FragmentDefinitionNode)}
    traits = Traits()
    visit(operation, traits)
    seen: set[str] = set()
    while unseen := traits.spread - seen:
        for name in unseen:
            visit(fragments[name], traits)
        seen |= unseen
    traits.switches = tuple(sorted(traits._switches))  # noqa: SLF001
    return traits


class Compiler:
    """Compiles one operation, for one combination of the variables that decide what is left out."""

    def __init__(
        self,
        inputs: Inputs,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        variables: VariableValues,
        *,
        hide_suggestions: bool = False,
    ) -> None:
        self.inputs = inputs
        self.schema = inputs.schema._schema  # noqa: SLF001
        self.operation = operation
        self.variables = variables
        self.hide_suggestions = hide_suggestions
        definitions = [one for one in document.definitions if isinstance(one, FragmentDefinitionNode)]
        self.fragments = {one.name.value: one for one in definitions}
        self.details = {name: FragmentDetails(one, None) for name, one in self.fragments.items()}

    def plan(self) -> Plan:
        root = self.schema.get_root_type(self.operation.operation)
        assert root is not None
        collected = collect_fields(self.schema, self.details, self.variables, root, self.operation)
        selection = self._selection(root, collected.grouped_field_set)
        return Plan(self.schema, self.operation, self.fragments, selection, self.hide_suggestions)

    def _selection(self, kind: GraphQLObjectType, fields: Mapping[str, list[FieldDetails]]) -> Selection:
        return Selection(kind, [self._field(kind, key, details) for key, details in fields.items()])

    def _subselection(self, details: list[FieldDetails], kind: GraphQLObjectType) -> Selection:
        collected = collect_subfields(self.schema, self.details, self.variables, self.operation, kind, details)
        return self._selection(kind, collected.grouped_field_set)

    def _field(self, parent: GraphQLObjectType, key: str, details: list[FieldDetails]) -> Field:
        name = details[0].node.name.value
        field = Field(key, f"{parent}.{name}", details, parent)
        if name != "__typename":
            field.definition = parent.fields[name]
            field.output = self._output(field.definition.type, details)
            field.source = self._source(field.definition, is_root=parent is self._root())
            field.inline = field.source if isinstance(field.source, Attribute | Call) else None
        return field

    def _root(self) -> GraphQLObjectType | None:
        return self.schema.get_root_type(self.operation.operation)

    def _output(self, kind: GraphQLOutputType, details: list[FieldDetails]) -> Output:
        is_nullable = not is_non_null_type(kind)
        kind = kind.of_type if is_non_null_type(kind) else kind
        if is_list_type(kind):
            return ListOf(self._output(kind.of_type, details), is_nullable=is_nullable)
        if is_leaf_type(kind):
            return Leaf(kind, is_nullable=is_nullable)
        if is_abstract_type(kind):
            return Abstract(kind, partial(self._object, details), is_nullable=is_nullable)
        return self._object(details, cast("GraphQLObjectType", kind), is_nullable=is_nullable)

    def _object(self, details: list[FieldDetails], kind: GraphQLObjectType, *, is_nullable: bool = True) -> Object:
        return Object(kind, partial(self._subselection, details, kind), is_nullable=is_nullable)

    def _source(self, definition: Any, *, is_root: bool) -> Source:
        field: StrawberryField = definition.extensions["strawberry-definition"]
        schema = self.inputs.schema
        if schema.exception_handlers:
            return Foreign(definition.resolve)
        resolver = field.base_resolver
        if resolver is None and not field.extensions and schema.config.default_resolver is getattr:
            return Attribute(field.python_name)
        if resolver is None or field.extensions:
            return Each(self.inputs, field)
        if batch := getattr(resolver.wrapped_func, "batch", None):
            return Batch(self.inputs, field, batch)
        if is_root or resolver.is_async or inspect.isasyncgenfunction(resolver.wrapped_func):
            return Each(self.inputs, field)
        return Call(self.inputs, field)
