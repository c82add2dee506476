"""The documents that were seen: parsed, checked and validated once, and kept as long as there is room."""

import contextlib
import inspect
from collections import OrderedDict
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

import strawberry
from graphql import (
    DocumentNode,
    ExecutionResult,
    Executor,
    GraphQLError,
    OperationDefinitionNode,
    OperationType,
    create_source_event_stream,
    execute,
    get_directive_values,
    parse,
    validate,
)
from graphql.execution.values import VariableValues, get_variable_values
from strawberry.execution import optimized_is_awaitable

from commerce.kit.execution.compiler import Compiler, Plan, Traits, traits_of
from commerce.kit.execution.inputs import Inputs

Check = Callable[[DocumentNode], Iterable[GraphQLError]]
MOST_TEXT = 250_000
"""Characters of all documents that are kept; parsed and compiled, each takes some three hundred bytes."""
LONGEST_KEPT = 40_000
"""Characters of one document that is kept; a longer one is parsed anew with each request."""

MOST_PLANS = 16
"""Plans of one operation: one for each combination of the variables in `@skip` and `@include`."""


@dataclass(frozen=True, slots=True)
class Message:
    """What the source of a subscription yields: a value, and the context that its message is made in."""

    context: Any
    value: Any


class NoOperation(GraphQLError):
    """The document does not hold the operation that is asked for, or more than one and none is named."""


class Operations:
    """All operations that this process knows, by their text and name."""

    def __init__(
        self,
        schema: strawberry.Schema,
        *,
        check: Check = lambda _document: (),
        most_tokens: int = 2_000,
        hide_suggestions: bool = True,
        is_compiled: bool = True,
    ) -> None:
        self.schema = schema
        self.inputs = Inputs(schema)
        self.check = check
        self.most_tokens = most_tokens
        self.hide_suggestions = hide_suggestions
        self.is_compiled = is_compiled
        self._known: OrderedDict[str, Document] = OrderedDict()
        self._size = 0

    def find(self, text: str, name: str | None = None) -> "Operation":
        """The operation of this name in the document; what is wrong with it stands in its `errors`."""
        document = self._known.get(text)
        if document is None:
            document = Document(self, text)
            if len(text) <= LONGEST_KEPT:
                self._keep(document)
        else:
            self._known.move_to_end(text)
        return document.operation(name)

    def knows(self, text: str) -> bool:
        """Whether the document was read before, and is at hand."""
        return text in self._known

    def _keep(self, document: "Document") -> None:
        self._known[document.text] = document
        self._size += len(document.text)
        while self._size > MOST_TEXT:
            text, _ = self._known.popitem(last=False)
            self._size -= len(text)


class Document:
    """One document, read once whatever it is asked for, and the operations in it that were."""

    def __init__(self, operations: Operations, text: str) -> None:
        self.operations = operations
        self.text = text
        self.node: DocumentNode | None = None
        self.errors = self._read()
        self._found: dict[str | None, Operation] = {}

    def operation(self, name: str | None) -> "Operation":
        """The operation of this name. One that is not there is not kept: anybody may ask for any name."""
        known = self._found.get(name)
        if known is None:
            known = Operation(self, name)
            if known.node is not None:
                own = known.node.name.value if known.node.name else None
                known = self._found[name] = self._found.setdefault(own, known)
        return known

    def _read(self) -> list[GraphQLError]:
        known = self.operations
        try:
            self.node = _unchained(parse(self.text, max_tokens=known.most_tokens))
        except GraphQLError as error:
            return [error]
        except RecursionError:
            return [GraphQLError("The document is nested too deeply.")]
        graphql = known.schema._schema  # noqa: SLF001
        errors = list(known.check(self.node))
        return errors or validate(graphql, self.node, max_errors=20, hide_suggestions=known.hide_suggestions)


class Operation:
    """One operation of one document, ready to run unless it has `errors`."""

    def __init__(self, document: Document, name: str | None) -> None:
        self.operations = document.operations
        self.text = document.text
        self.name = name
        self.memo: dict[Any, Any] = {}
        """What others have worked out about it, by a key of theirs."""
        self.document = document.node
        self.errors = document.errors
        self.node: OperationDefinitionNode | None = None
        self._traits: Traits | None = None
        self._plans: dict[tuple[Any, ...], Plan] = {}
        if document.node is not None and not document.errors:
            try:
                self.node = _operation(document.node, name)
            except NoOperation as error:
                self.errors = [error]

    @property
    def kind(self) -> OperationType | None:
        return self.node.operation if self.node else None

    def values(self, variables: Mapping[str, Any] | None) -> VariableValues | list[GraphQLError]:
        """The variables as the operation declares them, or what is wrong with them."""
        assert self.node is not None
        known = self.operations
        definitions = self.node.variable_definitions or ()
        return get_variable_values(
            known.schema._schema,  # noqa: SLF001
            definitions,
            dict(variables or {}),
            max_errors=20,
            hide_suggestions=known.hide_suggestions,
        )

    def directive(self, name: str, values: VariableValues) -> dict[str, Any]:
        """The arguments of a directive on the operation itself; empty without it."""
        directive = self.operations.schema._schema.get_directive(name)  # noqa: SLF001
        if self.node is None or directive is None or not self.node.directives:
            return {}
        return get_directive_values(directive, self.node, values) or {}

    async def execute(
        self, variables: Mapping[str, Any] | None, values: VariableValues, context: Any
    ) -> ExecutionResult:
        """Run a query or mutation; `values` are its `variables` as coerced."""
        plan = self._plan(values)
        if plan is not None:
            return await plan.execute(values, context)
        if self.operations.schema.extensions:
            return await self._by_strawberry(variables, context)
        return await self._by_graphql_core(variables, context)

    def _plan(self, values: VariableValues) -> Plan | None:
        """The plan for these values; None for what only graphql-core does."""
        assert self.document is not None
        assert self.node is not None
        known = self.operations
        self._traits = self._traits or traits_of(self.document, self.node)
        if self._traits.is_foreign or not known.is_compiled or known.schema.extensions:
            return None
        switches = {name: values.coerced[name] for name in self._traits.switches if name in values.coerced}
        if None in switches.values():
            return None  # it may be null where it was declared with a default; graphql-core knows what becomes of it
        key = tuple(switches.items())
        plan = self._plans.get(key)
        if plan is None:
            if len(self._plans) >= MOST_PLANS:
                self._plans.clear()
            # Of the values a plan keeps no more than these: the others are of one request, and may be secret.
            kept = VariableValues({name: values.sources[name] for name in switches}, switches)
            compiler = Compiler(known.inputs, self.document, self.node, kept, hide_suggestions=known.hide_suggestions)
            plan = self._plans[key] = compiler.plan()
        return plan

    async def _by_strawberry(self, variables: Mapping[str, Any] | None, context: Any) -> ExecutionResult:
        """With the schema's extensions, which may look at every value."""
        schema: Any = self.operations.schema
        finished: ExecutionResult = await schema.execute(
            self.text, dict(variables or {}), context, operation_name=self.name
        )
        return finished

    async def _by_graphql_core(self, variables: Mapping[str, Any] | None, context: Any) -> ExecutionResult:
        assert self.document is not None
        schema = self.operations.schema
        result: Any = execute(
            schema._schema,  # noqa: SLF001
            self.document,
            context_value=context,
            variable_values=dict(variables or {}),
            operation_name=self.name,
            executor_class=schema.execution_context_class,
            is_awaitable=cast("Any", optimized_is_awaitable),
            hide_suggestions=self.operations.hide_suggestions,
        )
        finished: ExecutionResult = await result if inspect.isawaitable(result) else result
        return finished

    async def subscribe(
        self, variables: Mapping[str, Any] | None, context: Any
    ) -> AsyncGenerator[tuple[ExecutionResult, Any]] | ExecutionResult:
        """Begin a subscription: its messages, each with the context that it was made in, or why there are none."""
        assert self.document is not None
        schema = self.operations.schema
        executor = (schema.execution_context_class or Executor).build(
            schema._schema,  # noqa: SLF001
            self.document,
            context_value=context,
            raw_variable_values=dict(variables or {}),
            operation_name=self.name,
            is_awaitable=cast("Any", optimized_is_awaitable),
            hide_suggestions=self.operations.hide_suggestions,
        )
        if isinstance(executor, list):
            return ExecutionResult(None, executor)
        begun: Any = create_source_event_stream(executor)
        source = await begun if inspect.isawaitable(begun) else begun
        return source if isinstance(source, ExecutionResult) else _messages(executor, source)


async def _messages(
    executor: Executor[Any], source: AsyncGenerator[Message]
) -> AsyncGenerator[tuple[ExecutionResult, Any]]:
    """Each event of a source, executed in a context of its own: what was loaded for one is old for the next."""
    async with contextlib.aclosing(source):
        async for event in source:
            one = executor.build_per_event_executor(event.value)
            one.context_value = event.context
            result: Any = one.execute_operation(serially=False)
            yield (await result if inspect.isawaitable(result) else result), event.context


def _unchained(document: DocumentNode) -> DocumentNode:
    """The document without the chain of its tokens.

    It is half of what a document takes, nothing reads it after parsing, and a chain that leads both ways keeps a
    forgotten document in memory until the collector comes by, which is seldom.
    """
    token = document.loc.start_token if document.loc else None
    while token is not None:
        token.prev, token.next, token = None, None, token.next
    return document


def _operation(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    """The operation that is meant: the one of this name, or the only one."""
    found = [one for one in document.definitions if isinstance(one, OperationDefinitionNode)]
    if name is not None:
        found = [one for one in found if one.name and one.name.value == name]
        if not found:
            raise NoOperation(f"The document has no operation {name[:100]!r}.")
    if not found:
        raise NoOperation("The document has no operation.")
    if len(found) > 1:
        raise NoOperation("The document has several operations: say which in operationName.")
    return found[0]
