"""How the values of a field are come by: an attribute, a plain method, a batch, or any resolver of Strawberry's."""

import keyword
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import strawberry
from strawberry.extensions.field_extension import build_field_extension_resolvers
from strawberry.types.field import StrawberryField

from commerce.kit.execution.inputs import Inputs
from commerce.kit.execution.outputs import Values, attempt
from commerce.kit.execution.places import Place
from commerce.kit.execution.selections import Field, Inline, Source, loop

if TYPE_CHECKING:
    from commerce.kit.execution.run import Run


class Attribute(Inline):
    """A plain attribute of the object."""

    needs_run = False

    def __init__(self, name: str) -> None:
        self.name = name

    def expression(self, n: str) -> str:  # noqa: ARG002
        return f"getattr(o, {self.name!r})" if keyword.iskeyword(self.name) else f"o.{self.name}"

    def globals(self, n: str, field: Field) -> dict[str, Any]:  # noqa: ARG002
        return {}

    def before(self, n: str, place: str) -> list[str]:  # noqa: ARG002
        return []

    def turns(self, n: str) -> list[str]:  # noqa: ARG002
        return []

    def values(self, run: "Run", field: Field, objects: Values, place: Place) -> Any:  # noqa: ARG002
        try:
            return [getattr(one, self.name) for one in objects]
        except Exception:  # noqa: BLE001
            return [attempt(getattr, one, self.name) for one in objects]


class Call(Inline):
    """A plain method, called for each object. When one call fails, others may be made twice: it must only compute."""

    def __init__(self, inputs: Inputs, field: StrawberryField) -> None:
        assert field.base_resolver is not None
        resolver = field.base_resolver
        self.inputs = inputs
        self.field = field
        self.function = resolver.wrapped_func
        self.wants_self = resolver.self_parameter is not None
        self.objects = [p.name for p in (resolver.root_parameter, resolver.parent_parameter) if p]
        self.info = resolver.info_parameter.name if resolver.info_parameter else None
        self.has_arguments = bool(field.arguments)
        self.needs_run = bool(self.info) or self.has_arguments
        self._all: Any = None

    def expression(self, n: str) -> str:
        given = ["o"] if self.wants_self else []
        given += [f"{name}=o" for name in self.objects]
        given += [f"{self.info}=i{n}"] if self.info else []
        given += [f"**a{n}"] if self.has_arguments else []
        return f"f{n}({', '.join(given)})"

    def globals(self, n: str, field: Field) -> dict[str, Any]:
        return {f"f{n}": self.function, f"p{n}": self._prepared, f"d{n}": field}

    def before(self, n: str, place: str) -> list[str]:
        return [f"i{n}, a{n} = p{n}(run, d{n}, {place})", f"r{n} = i{n}._raw_info"] if self.needs_run else []

    def turns(self, n: str) -> list[str]:
        return [f"r{n}.number = k"] if self.info else []

    def _prepared(self, run: "Run", field: Field, place: Place) -> tuple[Any, dict[str, Any]]:
        """Info and arguments for all objects; the info is turned to each of them before its call."""
        info = wrapped(self.inputs, self.field, run.info(field, place))
        return info, self.inputs.of(self.field, run.arguments(field), info)

    def values(self, run: "Run", field: Field, objects: Values, place: Place) -> Any:
        if self._all is None:
            self._all = self._generate()
        try:
            info, arguments = self._prepared(run, field, place) if self.needs_run else (None, {})
            return self._all(objects, info, arguments)
        except Exception:  # noqa: BLE001
            return [attempt(self._call, run, field, one, place, k) for k, one in enumerate(objects)]

    def _generate(self) -> Any:
        """The loop for values that are no leaves. It holds nothing but the method, so that no circle keeps it."""
        before = ["r = i._raw_info"] if self.info else []
        return loop({"f": self.function}, ("i", "a"), before, self.turns(""), [f"add({self.expression('')})"])

    def _call(self, run: "Run", field: Field, one: Any, place: Place, k: int) -> Any:
        info = wrapped(self.inputs, self.field, run.info(field, place, k))
        given = dict.fromkeys(self.objects, one) | ({self.info: info} if self.info else {})
        arguments = self.inputs.of(self.field, run.arguments(field), info)
        function: Any = self.function
        return function(*([one] if self.wants_self else []), **given, **arguments)


class Batch(Source):
    """A function that takes all objects at once and answers with one value per object."""

    def __init__(self, inputs: Inputs, field: StrawberryField, function: Callable[..., Any]) -> None:
        self.inputs = inputs
        self.field = field
        self.function = function

    def values(self, run: "Run", field: Field, objects: Values, place: Place) -> Any:
        info = wrapped(self.inputs, self.field, run.info(field, place))
        return self.function(objects, info, **self.inputs.of(self.field, run.arguments(field), info))


class Each(Source):
    """Any resolver, behind its extensions and permissions, called for each object."""

    def __init__(self, inputs: Inputs, field: StrawberryField) -> None:
        self.inputs = inputs
        self.field = field
        resolver = field.base_resolver
        parameters = (resolver.root_parameter, resolver.parent_parameter) if resolver else ()
        self.objects = [parameter.name for parameter in parameters if parameter]
        self.info = resolver.info_parameter.name if resolver and resolver.info_parameter else None
        self._call: Callable[..., Any] = self._innermost
        for extend in build_field_extension_resolvers(field) if field.extensions else ():
            self._call = partial(extend, self._call)

    def values(self, run: "Run", field: Field, objects: Values, place: Place) -> Any:
        infos = [wrapped(self.inputs, self.field, run.info(field, place, k)) for k in range(len(objects))]
        arguments = self.inputs.of(self.field, run.arguments(field), infos[0]) if infos else {}
        for extension in self.field.extensions:
            arguments = extension.map_arguments(arguments)
        return [attempt(self._one, one, info, arguments) for one, info in zip(objects, infos, strict=True)]

    def _one(self, one: Any, info: Any, arguments: dict[str, Any]) -> Any:
        named = {self.info: info} if self.info not in (None, "info") else {}
        return self._call(one, info, **arguments, **dict.fromkeys(self.objects, one), **named)

    def _innermost(self, one: Any, info: Any, **arguments: Any) -> Any:
        """What Strawberry calls at the end of the chain."""
        if self.info == "info":
            arguments["info"] = info
        resolver = self.field.base_resolver
        positional = [one] if resolver and resolver.self_parameter else []
        return self.field.get_result(one, info, positional, arguments)


class Foreign(Source):
    """Strawberry's own resolver as it is, for schemas that turn exceptions into answers."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function

    def values(self, run: "Run", field: Field, objects: Values, place: Place) -> Any:
        return [attempt(self._one, run, field, one, place, k) for k, one in enumerate(objects)]

    def _one(self, run: "Run", field: Field, one: Any, place: Place, k: int) -> Any:
        return self.function(one, run.info(field, place, k), **run.arguments(field))


def wrapped(inputs: Inputs, field: StrawberryField, info: Any) -> strawberry.Info[Any, Any]:
    """The info as Strawberry's resolvers know it."""
    found: strawberry.Info[Any, Any] = inputs.schema.config.info_class(_raw_info=info, _field=field)
    return found
