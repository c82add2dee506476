"""From what resolvers gave to what the answer holds, a list of values at a time.

An output completes values of one type: leaves are serialized, objects get their selection, lists their items. The fast
way knows nothing of failure: it works on all values at once, and only if that raises they are done again one by one.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, lru_cache, partial
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, Protocol, cast

from graphql import (
    GraphQLAbstractType,
    GraphQLEnumType,
    GraphQLError,
    GraphQLID,
    GraphQLLeafType,
    GraphQLObjectType,
)
from graphql.execution.executor import Executor, default_type_resolver
from graphql.pyutils import Undefined, UndefinedType, inspect

from commerce.kit.execution.places import InList, Place, Subset

if TYPE_CHECKING:
    from commerce.kit.execution.run import Run
    from commerce.kit.execution.selections import Field, Selection

Values = Sequence[Any]


class Output(Protocol):
    """How values of one type are completed."""

    is_nullable: bool

    def complete(self, run: "Run", field: "Field", values: Values, place: Place) -> list[Any]:
        """What the answer holds for each of the values, none of which is null, an exception or awaitable."""


def complete(run: "Run", field: "Field", output: Output, values: Values, place: Place) -> list[Any]:
    """What the answer holds for each of the values, of which some may be null, exceptions or awaitable."""
    if all(map(_is_there, set(map(type, values)))):
        return output.complete(run, field, values, place)
    return _complete_what_is_there(run, field, output, values, place)


def _complete_what_is_there(run: "Run", field: "Field", output: Output, values: Values, place: Place) -> list[Any]:
    ready: list[int] = []
    late: list[int] = []
    for k, value in enumerate(values):
        if isinstance(value, Exception):
            run.fail(field, place, k, value)
        elif value is not None and value is not Undefined:
            (late if _is_late(value, output) else ready).append(k)
        elif not output.is_nullable:
            run.fail(field, place, k, TypeError(f"Cannot return null for non-nullable field {field.name}."))
    if late:
        run.put_later(place, late, values, partial(complete, run, field, output))
    found = output.complete(run, field, at(values, ready), Subset(place, ready)) if ready else ()
    return spread(found, ready, len(values))


@lru_cache(maxsize=4096)
def _is_there(kind: type) -> bool:
    """Whether values of this kind can be completed as they are."""
    missing = kind is type(None) or kind is UndefinedType or issubclass(kind, Exception)
    return not (missing or hasattr(kind, "__await__") or hasattr(kind, "__aiter__"))


def _is_late(value: Any, output: Output) -> bool:
    """Whether the value has to be awaited first, or collected if it is to be a list."""
    kind = type(value)
    return hasattr(kind, "__await__") or (isinstance(output, ListOf) and hasattr(kind, "__aiter__"))


# ------------------------------------------------------------------------------------------------ leaves

_ITSELF = {
    "String": "{v}.__class__ is str",
    "ID": "{v}.__class__ is str",
    "Boolean": "{v}.__class__ is bool",
    "Int": "{v}.__class__ is int and -2147483649 < {v} < 2147483648",
}
"""When values of the built-in scalars stand in the answer as they are, as a Python expression."""


class Leaf(Output):
    """A scalar or an enum.

    What is serialized by a function of its own is handed to it without further ado once a value of the same class has
    been; `seen` holds these classes.
    """

    def __init__(self, kind: GraphQLLeafType, *, is_nullable: bool) -> None:
        self.kind = kind
        self.is_nullable = is_nullable
        self._names = names_of(kind)
        self._seen: set[type] = set()
        self.one = serializer(kind, self._seen)
        self._many = self._generate()

    def source(self, v: str, n: str) -> str:
        """A Python expression for the answer of the value in the variable `v`; its globals end in `n`."""
        source = f"serialize{n}({v})"
        if self._names:
            source = f"names{n}[{v}._name_] if {v}.__class__ is enum{n} else {source}"
        elif self.kind.coerce_output_value is str:
            source = f"{v} if {v}.__class__ is str else {source}"
        elif test := _ITSELF.get(self.kind.name):
            source = f"{v} if {test.format(v=v)} else {source}"
        else:
            source = f"c if {v}.__class__ in seen{n} and (c := coerce{n}({v})) is not None else {source}"
        return f"(None if {v} is None else {source})" if self.is_nullable else f"({source})"

    def globals(self, n: str) -> dict[str, Any]:
        """What the expression needs."""
        return {
            f"serialize{n}": self.one,
            f"coerce{n}": self.kind.coerce_output_value,
            f"seen{n}": self._seen,
            f"names{n}": self._names,
            f"enum{n}": getattr(self.kind, "wrapped_cls", None),
        }

    def _generate(self) -> Callable[[Values], list[Any]]:
        source = f"lambda values: [{self.source('v', '')} for v in values]"
        many: Callable[[Values], list[Any]] = evaluate(source, **self.globals(""))
        return many

    def complete(self, run: "Run", field: "Field", values: Values, place: Place) -> list[Any]:
        try:
            return self._many(values)
        except Exception:  # noqa: BLE001
            return [run.attempt(field, place, k, self.one, value) for k, value in enumerate(values)]


def serializer(kind: GraphQLLeafType, seen: set[type]) -> Callable[[Any], Any]:
    """Serializes one value of a scalar or enum. Raises for a value that is none of it, or not there yet."""
    coerce = kind.coerce_output_value

    def serialize(value: Any) -> Any:
        if not _is_there(value.__class__):
            raise TypeError(f"This is not a value: {inspect(value)}")
        coerced = str(value) if kind is GraphQLID and value.__class__ is int else coerce(value)
        if coerced is None or coerced is Undefined:
            raise TypeError(
                f"Expected `{inspect(kind)}.coerce_output_value({inspect(value)})` to return non-nullable value,"
                f" returned: {inspect(coerced)}"
            )
        seen.add(value.__class__)
        return coerced

    return serialize


def names_of(kind: GraphQLLeafType) -> dict[str, str]:
    """For an enum made of a Python one: how each of its members is called in GraphQL, by its Python name."""
    members = getattr(kind, "wrapped_cls", ()) if isinstance(kind, GraphQLEnumType) else ()
    return {member._name_: kind.coerce_output_value(member) for member in members}


@lru_cache(maxsize=1024)
def _code(source: str) -> Any:
    return compile(source, "<a selection>", "eval" if source.startswith("lambda") else "exec")


def evaluate(source: str, **names: Any) -> Any:
    """The function that a `lambda`, or a `def build`, defines over these names. The source is always our own."""
    if source.startswith("lambda"):
        return eval(_code(source), names)  # noqa: S307
    exec(_code(source), names)  # noqa: S102
    return names.pop("build")  # a function in its own globals would wait for the collector when it is forgotten


# ----------------------------------------------------------------------------------------------- objects


class Object(Output):
    """An object of a known type, with what is selected on it. The selection is compiled when the first one comes."""

    def __init__(self, kind: GraphQLObjectType, select: Callable[[], "Selection"], *, is_nullable: bool) -> None:
        self.kind = kind
        self.is_nullable = is_nullable
        self._select = select
        self._selection: Selection | None = None
        self._own = _classes_of(kind)

    @property
    def selection(self) -> "Selection":
        if self._selection is None:
            self._selection = self._select()
        return self._selection

    def has_all(self, values: Iterable[Any]) -> bool:
        """Whether all are of this type beyond doubt, so that none needs to be looked at."""
        return self.kind.is_type_of is None or self._own.issuperset(map(type, values))

    def complete(self, run: "Run", field: "Field", values: Values, place: Place) -> list[Any]:
        if self.has_all(values):
            return self.selection.run(run, values, place)
        judge = cast("Any", self.kind.is_type_of)
        verdicts = [attempt(judge, value, run.info(field, place, k)) for k, value in enumerate(values)]
        return self._complete_judged(run, field, values, verdicts, place)

    def _complete_judged(self, run: "Run", field: "Field", values: Values, verdicts: Values, place: Place) -> list[Any]:
        """`verdicts` tell whether each value is of this type: a truth, an exception, or an awaitable of it."""
        fitting, late = [], []
        for k, verdict in enumerate(verdicts):
            if isinstance(verdict, Exception):
                run.fail(field, place, k, verdict)
            elif hasattr(type(verdict), "__await__"):
                late.append(k)
            elif verdict:
                fitting.append(k)
            else:
                message = f"Expected value of type '{self.kind}' but got: {inspect(values[k])}."
                run.fail(field, place, k, GraphQLError(message, field.nodes))
        if late:
            run.put_later(place, late, verdicts, partial(self._complete_judged, run, field, at(values, late)))
        found = self.selection.run(run, at(values, fitting), Subset(place, fitting))
        return spread(found, fitting, len(values))


def _classes_of(kind: GraphQLObjectType) -> frozenset[type]:
    """The class whose instances are of the type without asking, if the type has no rule of its own for it."""
    definition = kind.extensions.get("strawberry-definition")
    return frozenset() if definition is None or definition.is_type_of else frozenset({definition.origin})


class Abstract(Output):
    """An interface or a union: each type that occurs has a selection of its own."""

    def __init__(
        self, kind: GraphQLAbstractType, select: Callable[[GraphQLObjectType], Object], *, is_nullable: bool
    ) -> None:
        self.kind = kind
        self.is_nullable = is_nullable
        self._object = cache(select)
        self._resolve_type = kind.resolve_type or default_type_resolver

    def complete(self, run: "Run", field: "Field", values: Values, place: Place) -> list[Any]:
        names = [
            attempt(self._resolve_type, value, run.info(field, place, k), self.kind) for k, value in enumerate(values)
        ]
        return self._complete_named(run, field, values, names, place)

    def _complete_named(self, run: "Run", field: "Field", values: Values, names: Values, place: Place) -> list[Any]:
        """`names` tell of which type each value is: a name, an exception, or an awaitable of it."""
        done: list[Any] = [None] * len(values)
        kinds: dict[Object, list[int]] = {}
        late = []
        for k, name in enumerate(names):
            if hasattr(type(name), "__await__"):
                late.append(k)
            elif isinstance(kind := attempt(self._named, run, field, place, k, name, values[k]), Exception):
                run.fail(field, place, k, kind)
            else:
                kinds.setdefault(kind, []).append(k)
        if late:
            run.put_later(place, late, names, partial(self._complete_named, run, field, at(values, late)))
        for output, index in kinds.items():
            found = output.complete(run, field, at(values, index), Subset(place, index))
            for k, value in zip(index, found, strict=True):
                done[k] = value
        return done

    def _named(self, run: "Run", field: "Field", place: Place, k: int, name: Any, value: Any) -> Object:
        if isinstance(name, Exception):
            raise name
        check = Executor.ensure_valid_runtime_type  # it needs no more of an executor than its schema
        return self._object(
            check(cast("Any", run), name, self.kind, field.details, cast("Any", run.info(field, place, k)), value)
        )


# ------------------------------------------------------------------------------------------------- lists


class ListOf(Output):
    """A list. The items of all lists are completed at once."""

    def __init__(self, item: Output, *, is_nullable: bool) -> None:
        self.item = item
        self.is_nullable = is_nullable

    def complete(self, run: "Run", field: "Field", values: Values, place: Place) -> list[Any]:
        if isinstance(self.item, Object) and (plain := self._plain(self.item, values)) is not None:
            return plain
        lists: Sequence[Values] = values
        if any(value.__class__ is not list for value in values):
            lists = [run.attempt(field, place, k, _listed, field, value) or () for k, value in enumerate(values)]
        done: list[list[Any]] = []
        items = list(chain.from_iterable(lists))
        here = InList(place, list(map(len, lists)), done, is_nullable=self.item.is_nullable)
        found = iter(complete(run, field, self.item, items, here))
        done += [list(islice(found, len(own))) for own in lists]
        return done

    def _plain(self, item: Object, values: Values) -> list[Any] | None:
        """Lists of objects of which only leaves are selected; None if they need more care than that."""
        build = item.selection.build_plain
        if build is None or not all(value.__class__ is list and item.has_all(value) for value in values):
            return None
        try:
            return [build(value) for value in values]
        except Exception:  # noqa: BLE001
            return None


def _listed(field: "Field", value: Any) -> Values:
    if value.__class__ is list or value.__class__ is tuple:
        return cast("Values", value)
    if isinstance(value, str | bytes | bytearray | Mapping) or not isinstance(value, Iterable):
        raise GraphQLError(f"Expected Iterable, but did not find one for field '{field.name}'.")
    return list(value)


# -------------------------------------------------------------------------------------------- in general


def attempt(function: Callable[..., Any], *args: Any) -> Any:
    """The result, or the exception as a value."""
    try:
        return function(*args)
    except Exception as error:  # noqa: BLE001
        return error


def at(values: Values, index: Sequence[int]) -> list[Any]:
    """The values at these positions."""
    return [values[k] for k in index]


def spread(values: Values, index: Sequence[int], size: int) -> list[Any]:
    """A list of this size with the values at these positions, and null elsewhere."""
    done: list[Any] = [None] * size
    for k, value in zip(index, values, strict=True):
        done[k] = value
    return done
