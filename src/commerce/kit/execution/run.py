"""One execution of a plan: what is to be done yet, what has failed, and the answer as it grows."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import TYPE_CHECKING, Any, cast

from graphql import ExecutionResult, GraphQLSchema, located_error
from graphql.execution.executor import CollectedErrors
from graphql.execution.values import VariableValues, get_argument_values
from graphql.pyutils import Path
from strawberry.execution import optimized_is_awaitable

from commerce.kit.execution.outputs import Output, Values, at, complete
from commerce.kit.execution.places import Answer, Place, Root, Subset
from commerce.kit.execution.selections import Field

if TYPE_CHECKING:
    from commerce.kit.execution.compiler import Plan


class Run:
    """One execution of a plan."""

    __slots__ = ("_errors", "_failed", "_pending", "context", "plan", "root", "root_value", "variables")

    def __init__(self, plan: "Plan", variables: VariableValues, context: Any, root_value: Any) -> None:
        self.plan = plan
        self.variables = variables
        self.context = context
        self.root_value = root_value
        self.root = Root()
        self._pending: list[Coroutine[Any, Any, None]] = []
        self._failed: list[tuple[Field, Place, int, Exception]] = []
        self._errors = CollectedErrors()

    @property
    def schema(self) -> GraphQLSchema:
        return self.plan.schema

    # -------------------------------------------------------------------------------------- the two ways

    async def at_once(self) -> ExecutionResult:
        """A query: all root fields at the same time."""
        [self.root.data] = self.plan.selection.run(self, [self.root_value], self.root)
        await self._finish()
        return self._result()

    async def one_by_one(self) -> ExecutionResult:
        """A mutation: its root fields one after another, until one of them nulls the whole answer."""
        selection = self.plan.selection
        outs: list[Answer] = [
            {field.key: None if field.definition else selection.kind.name for field in selection.fields}
        ]
        [self.root.data] = outs
        for field in selection.fields:
            if field.definition:
                self.resolve(field, [self.root_value], outs, self.root)
                await self._finish()
                self._settle()
            if self.root.data is None:
                break
        return self._result()

    # ------------------------------------------------------------------------------------------ resolving

    def resolve(self, field: Field, objects: Values, outs: Sequence[Answer], above: Place) -> None:
        """Resolve a field of all these objects, and put its values into their answers, now or later."""
        place = field.place(above, outs)
        assert field.source is not None
        try:
            values = field.source.values(self, field, objects, place)
        except Exception as error:  # noqa: BLE001
            values = error
        if hasattr(type(values), "__await__"):
            self._when(values, lambda arrived: self._put(field, outs, arrived, place))
        else:
            self._put(field, outs, values, place)

    def _put(self, field: Field, outs: Sequence[Answer], values: Any, place: Place) -> None:
        assert field.output is not None
        done = complete(self, field, field.output, _one_each(field, values, len(outs)), place)
        for out, value in zip(outs, done, strict=True):
            out[field.key] = value

    def put_later(
        self, place: Place, index: Sequence[int], awaitables: Values, then: Callable[[Values, Place], Values]
    ) -> None:
        """Once those of the awaitables that `index` names are there, put what `then` makes of them into their places."""

        def put(values: Values) -> None:
            for k, value in zip(index, then(values, Subset(place, index)), strict=True):
                place.put(k, value)

        self._when(_arrivals(at(awaitables, index)), put)

    def _when(self, awaitable: Any, then: Callable[[Any], None]) -> None:
        self._pending.append(self._wait(awaitable, then))

    async def _wait(self, awaitable: Any, then: Callable[[Any], None]) -> None:
        try:
            arrived = await awaitable
        except Exception as error:  # noqa: BLE001
            arrived = error
        then(arrived)
        if self._pending:
            await self._finish()

    async def _finish(self) -> None:
        """Wait for all that is pending, and for what comes of it."""
        pending, self._pending = self._pending, []
        if len(pending) == 1:
            await pending[0]
        elif pending:
            await asyncio.gather(*pending)

    def arguments(self, field: Field) -> dict[str, Any]:
        """The arguments of a field as the schema coerces them."""
        if field.definition is None or not field.definition.args:
            return {}
        return get_argument_values(
            field.definition,
            field.details[0].node,
            self.variables,
            hide_suggestions=self.plan.hide_suggestions,
        )

    def info(self, field: Field, place: Place, k: int = 0) -> "Info":
        """What a resolver is told about the field of the object k; `place` is that of the values."""
        return Info(self, field, place, k)

    # ------------------------------------------------------------------------------------------- failures

    def fail(self, field: Field, place: Place, k: int, error: Exception) -> None:
        """Note that the value k failed."""
        self._failed.append((field, place, k, error))

    def attempt(self, field: Field, place: Place, k: int, function: Callable[..., Any], *args: Any) -> Any:
        """The result; after a failure None, and it is noted."""
        try:
            return function(*args)
        except Exception as error:  # noqa: BLE001
            self.fail(field, place, k, error)
            return None

    def _settle(self) -> None:
        """Null what failed, up to the nearest nullable position; one error is told for each."""
        for field, place, k, error in self._failed:
            path = place.path(k)
            located = located_error(error, field.nodes, path.as_list() if path else None)
            if not self._errors.has_nulled_position(path):
                self._errors.add(located, place.erase(k, path))
        self._failed.clear()

    def _result(self) -> ExecutionResult:
        self._settle()
        return ExecutionResult(self.root.data, self._errors.errors or None)


def _one_each(field: Field, values: Any, count: int) -> Values:
    """One value per object; an exception, or an answer of another length, is the value of each."""
    if values.__class__ is list and len(values) == count:
        return cast("Values", values)
    if not isinstance(values, Exception):
        if isinstance(values, tuple) and len(values) == count:
            return values
        values = TypeError(f"{field.name} must be resolved to one value for each of {count} objects.")
    return [values] * count


async def _arrival(late: Any) -> Any:
    """A late value once it is there, or the exception that came in its place."""
    try:
        return [item async for item in late] if hasattr(type(late), "__aiter__") else await late
    except Exception as error:  # noqa: BLE001
        return error


async def _arrivals(late: Values) -> Values:
    return [await _arrival(late[0])] if len(late) == 1 else await asyncio.gather(*map(_arrival, late))


class Info:
    """What a resolver is told, by the names that graphql-core uses. The path is worked out when it is asked for."""

    __slots__ = ("_place", "_run", "field", "number")

    is_awaitable = staticmethod(optimized_is_awaitable)
    abort_signal = None
    async_helpers = None
    operation_extensions = None

    def __init__(self, run: Run, field: Field, place: Place, k: int) -> None:
        self._run = run
        self.field = field
        self._place = place
        self.number = k
        """Which of the objects it tells of; a loop turns it from one to the next."""

    @property
    def path(self) -> Path | None:
        """The path of the field; of the first of its objects, where it is resolved for many at once."""
        path = self._place.path(self.number)
        while path is not None and isinstance(path.key, int):
            path = path.prev
        return path

    @property
    def field_name(self) -> str:
        return self.field.nodes[0].name.value

    @property
    def field_nodes(self) -> Any:
        return self.field.nodes

    @property
    def return_type(self) -> Any:
        return self.field.definition.type if self.field.definition else None

    @property
    def parent_type(self) -> Any:
        return self.field.parent

    @property
    def context(self) -> Any:
        return self._run.context

    @property
    def root_value(self) -> Any:
        return self._run.root_value

    @property
    def variable_values(self) -> dict[str, Any]:
        return self._run.variables.coerced

    @property
    def schema(self) -> Any:
        return self._run.plan.schema

    @property
    def operation(self) -> Any:
        return self._run.plan.operation

    @property
    def fragments(self) -> Any:
        return self._run.plan.fragments


__all__ = ["Info", "Output", "Run"]
