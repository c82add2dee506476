"""The words in which modules speak GraphQL: described types, batched fields, extensions, guarded roots, refusals.

A type's docstring is its description. What a root field needs is said where it is declared: `query(PUBLIC)`,
`mutation(Permission.ORDERS_WRITE)`; a house test fails on one without.
"""

import asyncio
import inspect
import typing
from collections.abc import Awaitable, Callable, Sequence
from decimal import Decimal
from enum import Enum
from typing import Any, ClassVar, TypeVar, dataclass_transform
from uuid import UUID

import strawberry
from aiodataloader import DataLoader
from strawberry.extensions import FieldExtension
from strawberry.types.field import StrawberryField

from commerce.kit import ids
from commerce.kit.actor import PERMISSION_MEANINGS, Permission
from commerce.kit.bounds import MOST_ITEMS, long_lists
from commerce.kit.context import Context
from commerce.kit.errors import (
    CODE_MEANINGS,
    ErrorCode,
    Invalid,
    NotFound,
    Refusal,
    Refusals,
    RequestError,
    Required,
    TooLong,
    raise_all,
)
from commerce.kit.idempotency import LONGEST_KEY, Replayed, claim_for, keep
from commerce.kit.money import MOST_MINOR
from commerce.kit.money import Money as Amount
from commerce.kit.scalars import CurrencyCode, Locale

Info = strawberry.Info[Context, None]
ID = strawberry.ID
T = TypeVar("T")
C = TypeVar("C", bound=type)


def described(description: str, **options: Any) -> Any:
    """A plain attribute of a type or input, with its description."""
    return strawberry.field(description=description, **options)


def _doc(cls: Any) -> str:
    return inspect.cleandoc(cls.__doc__ or "")


@dataclass_transform(kw_only_default=True, field_specifiers=(described, strawberry.field))
def object_type(cls: C) -> C:
    """A GraphQL object type, described by its docstring."""
    return strawberry.type(cls, description=_doc(cls))


@dataclass_transform(kw_only_default=True, field_specifiers=(described, strawberry.field))
def interface(cls: C) -> C:
    """A GraphQL interface, described by its docstring."""
    return strawberry.interface(cls, description=_doc(cls))


@dataclass_transform(kw_only_default=True, field_specifiers=(described, strawberry.field))
def input_type(cls: C) -> C:
    """A GraphQL input, described by its docstring."""
    return strawberry.input(cls, description=_doc(cls))


@dataclass_transform(kw_only_default=True, field_specifiers=(described, strawberry.field))
def one_of_input(cls: C) -> C:
    """A GraphQL input of which exactly one part is given."""
    return strawberry.input(cls, description=_doc(cls), one_of=True)


E = TypeVar("E", bound=type[Enum])


def described_enum(meanings: dict[Any, str], name: str | None = None) -> Callable[[E], E]:
    """A GraphQL enum of a Python one; `meanings` describes each member."""

    def wrap(cls: E) -> E:
        values = {member.name: meanings[member] for member in cls}
        strawberry.enum(cls, name=name, description=_doc(cls))
        definition = cls.__strawberry_definition__  # type: ignore[attr-defined]
        for value in definition.values:
            value.description = values[value.name]
        return cls

    return wrap


described_enum(CODE_MEANINGS)(ErrorCode)
described_enum(PERMISSION_MEANINGS)(Permission)


def argument(description: str) -> Any:
    """The description of an argument, for `Annotated`."""
    return strawberry.argument(description=description)


def derived(resolver: Any) -> Any:
    """A field that is computed from the object at hand, described by its docstring. It must not query."""
    return strawberry.field(resolver=resolver, description=_doc(resolver))


# ---------------------------------------------------------------------------------------------- identity


@interface
class Node:
    """Anything with a global identity. The id is opaque, stable, unique over all types, and the cache key of the object."""

    prefix: ClassVar[str]
    key: strawberry.Private[UUID]

    @derived
    def id(self) -> ID:
        """Opaque global id. Never parse it and never build it."""
        return ID(ids.encode(self.prefix, self.key))


NodeLoader = Callable[[Sequence[UUID], Info], Awaitable[Sequence[Node | None]]]
_node_loaders: dict[str, NodeLoader] = {}


def node_loader(prefix: str) -> Callable[[NodeLoader], NodeLoader]:
    """Register how the nodes of a prefix are read, many keys at once. What the caller may not see is None."""

    def register(loader: NodeLoader) -> NodeLoader:
        _node_loaders[prefix] = loader
        return loader

    return register


async def nodes_of(global_ids: Sequence[str], info: Info) -> list[Node | None]:
    """The objects of these ids in their order; None for what does not exist or must not be seen."""
    wanted: dict[str, list[UUID]] = {}
    parts = [ids.split(text) for text in global_ids]
    for part in parts:
        if part is not None and part[0] in _node_loaders:
            wanted.setdefault(part[0], []).append(part[1])
    found: dict[tuple[str, UUID], Node | None] = {}
    for prefix, keys in wanted.items():
        for key, node in zip(keys, await _node_loaders[prefix](keys, info), strict=True):
            found[prefix, key] = node
    return [found.get(part) if part else None for part in parts]


def key_from(prefix: str, text: str, *field: str | int) -> UUID:
    """The key within an id that a client sent; NOT_FOUND when it is not an id of this type."""
    key = ids.decode(prefix, text)
    if key is None:
        raise NotFound(*field)
    return key


# ------------------------------------------------------------------------------------------------- money


@object_type
class Money:
    """An exact amount in one currency."""

    value: strawberry.Private[Amount]

    @derived
    def amount(self) -> Decimal:
        """The amount in major units with the digits of its currency: `"19.90"`, `"1990"` for JPY."""
        return self.value.major

    @derived
    def currency_code(self) -> CurrencyCode:
        """Its currency."""
        return CurrencyCode(self.value.currency)

    @derived
    def formatted(
        self, info: Info, locale: typing.Annotated[Locale | None, argument("Locale to format in.")] = None
    ) -> str:
        """Ready to display, for clients without `Intl`. Defaults to the locale of the context."""
        return self.value.formatted(locale or info.context.locales[0])


def money(value: Amount) -> Money:
    return Money(value=value)


@input_type
class MoneyInput:
    """An amount in one currency."""

    amount: Decimal = described("Amount in major units.")
    currency_code: CurrencyCode = described("Currency.")


def amount_from(given: MoneyInput, *field: str | int) -> Amount:
    """The amount that a client sent. INVALID when it is negative, too great, or has more digits than its currency."""
    try:
        amount = Amount.of(given.amount, given.currency_code)
    except ValueError as error:
        raise Invalid(*field, "amount") from error
    if not 0 <= amount.amount <= MOST_MINOR:
        raise Invalid(*field, "amount")
    return amount


# ------------------------------------------------------------------------------------------------ fields


def batched(function: Any) -> Any:
    """A field resolved for many objects at once: `async (parents, info, **arguments) -> one answer per parent`.

    An executor that works set at a time calls `function` itself (it is kept as `.batch`); under graphql-core the same
    function feeds one aiodataloader loader per request and arguments.
    """

    async def resolve(self: Any, info: Info, **arguments: Any) -> Any:
        loaders = info.context.loaders
        key = (function, repr(sorted(arguments.items())))  # inputs and lists have no hash
        loader = loaders.get(key)
        if loader is None:

            async def load(parents: list[Any]) -> Any:
                return await function(parents, info, **arguments)

            loader = loaders[key] = DataLoader(load, get_cache_key=id)
        return await asyncio.shield(loader.load(self))  # others wait for it too, also when this field is called off

    hints = dict(function.__annotations__)
    [item] = typing.get_args(hints.pop("return"))
    signature = inspect.signature(function)
    own = list(signature.parameters.values())[2:]
    positional = inspect.Parameter.POSITIONAL_OR_KEYWORD
    head = [inspect.Parameter("self", positional), inspect.Parameter("info", positional, annotation=Info)]
    resolve.__signature__ = signature.replace(parameters=[*head, *own], return_annotation=item)  # type: ignore[attr-defined]
    resolve.__annotations__ = {"info": Info, **{p.name: p.annotation for p in own}, "return": item}
    resolve.__name__, resolve.__qualname__ = function.__name__, function.__qualname__
    resolve.__module__ = function.__module__
    resolve.batch = function  # type: ignore[attr-defined]
    return strawberry.field(resolver=resolve, description=_doc(function))


def extend(target: type) -> Callable[[Any], Any]:
    """GraphQL's `extend type`, from the module upstairs: adds a field to a type that knows nothing of it."""

    def add(field: Any) -> Any:
        if not isinstance(field, StrawberryField):
            field = strawberry.field(resolver=field, description=_doc(field))
        assert field.base_resolver is not None
        field.python_name = field.base_resolver.wrapped_func.__name__
        field.origin = target
        target.__strawberry_definition__.fields.append(field)  # type: ignore[attr-defined]
        return field

    return add


class _Everyone:
    """The rule of a field that anyone may call."""


PUBLIC = _Everyone()
Access = _Everyone | Permission | tuple[Permission, ...]
SIGNED_IN = ()
"""The rule of a field for anyone who has signed in."""


def check_access(context: Context, access: Access) -> None:
    """Refuse a caller without what the rule asks for."""
    if isinstance(access, _Everyone):
        return
    permissions = access if isinstance(access, tuple) else (access,)
    if not context.actor.is_known:
        raise RequestError("UNAUTHENTICATED", "Sign in first.")
    if permissions and not context.actor.may(permissions):
        raise RequestError("FORBIDDEN", f"This needs the permission {' or '.join(permissions)}.")


class Guard(FieldExtension):
    """Holds the access rule of a field, and checks it before anything else happens."""

    def __init__(self, access: Access, *, is_reading: bool = True) -> None:
        self.access = access
        self.is_reading = is_reading

    def _check(self, info: Info, arguments: dict[str, Any]) -> None:
        check_access(info.context, self.access)
        if self.is_reading and any(True for given in arguments.values() for _ in long_lists(given)):
            raise RequestError("BAD_USER_INPUT", f"A list has at most {MOST_ITEMS} items.")

    def resolve(self, next_: Any, source: Any, info: Info, **arguments: Any) -> Any:
        self._check(info, arguments)
        return next_(source, info, **arguments)

    async def resolve_async(self, next_: Any, source: Any, info: Info, **arguments: Any) -> Any:
        self._check(info, arguments)
        answer = next_(source, info, **arguments)
        return await answer if inspect.isawaitable(answer) else answer


def _with_rule(description: str, access: Access) -> str:
    if isinstance(access, _Everyone):
        return description
    permissions = access if isinstance(access, tuple) else (access,)
    return f"{description} Needs {' or '.join(permissions)}." if permissions else f"{description} Needs a sign-in."


def query(access: Access) -> Callable[[Any], Any]:
    """A root field for reading, with the rule of who may call it."""

    def wrap(resolver: Any) -> Any:
        description = _with_rule(_doc(resolver), access)
        return strawberry.field(resolver=resolver, description=description, extensions=[Guard(access)])

    return wrap


def guarded(access: Access) -> Callable[[Any], Any]:
    """A field of a type that not everyone who sees the object may see. It must be nullable."""
    return query(access)


def mutation(access: Access, *, needs_key: bool = False, takes_key: bool = True) -> Callable[[Any], Any]:
    """A root field for changing, with the rule of who may call it.

    Takes one `input`. Refusals below become the payload's `userErrors`. With an idempotency key (in the input or the
    header `Idempotency-Key`) its first transaction also takes the key; `needs_key` insists on one. Without `takes_key` it is
    passed over: for answers that hold secrets, which must not be given twice.
    """

    def wrap(resolver: Any) -> Any:
        description = _with_rule(_doc(resolver), access)
        hints = typing.get_type_hints(resolver, include_extras=True)
        payload = hints["return"]
        resolver.__annotations__["input"] = typing.Annotated[hints["input"], argument("What is to be done.")]
        extensions = [Guard(access, is_reading=False), _Answering(payload, needs_key, takes_key)]
        return strawberry.mutation(resolver=resolver, description=description, extensions=extensions)

    return wrap


class _Answering(FieldExtension):
    """Turns refusals into the payload's `userErrors`, and repeated requests into the answer they had."""

    def __init__(self, payload: "type[Payload]", needs_key: bool, takes_key: bool) -> None:
        self.payload = payload
        self.needs_key = needs_key
        self.takes_key = takes_key

    async def resolve_async(self, next_: Any, source: Any, info: Info, **arguments: Any) -> Any:
        context = info.context
        try:
            raise_all(list(long_lists(arguments.get("input"), "input")))
            if self.takes_key:
                self._claim(context, info.field_name, arguments)
            answer = await next_(source, info, **arguments)
            await self._remember(context, answer)
        except Refusal as refusal:
            return await self.payload.refused([refusal], info, **arguments)
        except Refusals as several:
            return await self.payload.refused(several.refusals[:MOST_ITEMS], info, **arguments)
        except Replayed as replayed:
            return await self.payload.replayed(replayed.answer, info, **arguments)
        else:
            return answer
        finally:
            context.claim = context.unanswered = None

    async def _remember(self, context: Context, answer: "Payload") -> None:
        """Keep the answer with its key, unless the transaction of the effect did: set `session.answer` in it where two
        requests with one key may come at the same time.
        """
        row_id, node = context.unanswered, answer.subject
        if row_id is not None and node is not None:
            async with context.transaction() as session:
                await keep(session, row_id, ids.encode(node.prefix, node.key))

    def _claim(self, context: Context, operation: str, arguments: dict[str, Any]) -> None:
        given = arguments.get("input")
        key = getattr(given, "idempotency_key", None) or context.headers.get("idempotency-key")
        if not key:
            if self.needs_key:
                raise Required("input", "idempotencyKey")
            return
        if len(key) > LONGEST_KEY:
            raise TooLong("input", "idempotencyKey", most=LONGEST_KEY)
        context.claim = claim_for(context.actor.scope, key, operation, given)


# ---------------------------------------------------------------------------------------------- refusals


@interface
class UserError:
    """
    Something that the caller can put right. It is data: `errors` of the response is left for broken requests, missing
    permissions, limits and faults of the server. Always ask for these three fields; types below add what is special.
    """

    code: ErrorCode = described("Stable code to branch on. Treat an unknown one as INVALID.")
    message: str = described("Text to show, in the current locale.")
    field: list[str] = described(
        'Path within the variables from `input` on: `["input", "lines", "0", "quantity"]`; empty when it is not about a'
        " field."
    )


@object_type
class GeneralError(UserError):
    """An error without special data."""


_error_types: dict[type[Refusal], type[UserError]] = {Refusal: GeneralError}


def says(refusal: type[Refusal]) -> Callable[[C], C]:
    """Have a refusal answered by a type of its own; the type's extra attributes are filled from the refusal's facts."""

    def register(cls: C) -> C:
        _error_types[refusal] = cls
        return cls

    return register


def error_types() -> list[type]:
    """All types that implement UserError, for the schema."""
    return list(_error_types.values())


def user_error(refusal: Refusal, context: Context) -> UserError:
    """A refusal as data, in the caller's language."""
    kind = next(_error_types[base] for base in type(refusal).__mro__ if base in _error_types)
    own = [f.python_name for f in kind.__strawberry_definition__.fields]  # type: ignore[attr-defined]
    extras = {name: refusal.facts.get(name) for name in own if name not in ("code", "message", "field")}
    message = context.translate(refusal.message, context.locales)
    shown = {
        name: value.formatted(context.locales[0]) if isinstance(value, Amount) else value
        for name, value in refusal.facts.items()
    }
    return kind(code=refusal.code, message=message.format_map(shown), field=list(refusal.field), **extras)


@object_type
class Payload:
    """What every mutation answers with."""

    user_errors: list[UserError] = described("What was refused; empty when all went well.", default_factory=list)

    @classmethod
    async def refused(cls, refusals: Sequence[Refusal], info: Info, **_arguments: Any) -> Any:
        """The answer when the shop declines."""
        return cls._bare([user_error(refusal, info.context) for refusal in refusals])

    @classmethod
    async def replayed(cls, answer: str | None, info: Info, **_arguments: Any) -> Any:
        """The answer to a request that was answered before, with the object of that id as it is now."""
        node = (await nodes_of([answer], info))[0] if answer else None
        names = cls._subjects()
        return cls._bare([], **({names[0]: node} if names else {}))

    @property
    def subject(self) -> Node | None:
        """The object that the mutation was about."""
        names = self._subjects()
        found = getattr(self, names[0]) if names else None
        return found if isinstance(found, Node) else None

    @classmethod
    def _subjects(cls) -> list[str]:
        fields = cls.__strawberry_definition__.fields  # type: ignore[attr-defined]
        return [f.python_name for f in fields if f.python_name != "user_errors" and f.base_resolver is None]

    @classmethod
    def _bare(cls, errors: list[UserError], **given: Any) -> Any:
        return cls(user_errors=errors, **given)
