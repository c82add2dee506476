"""How the shop declines: refusals as data, and the payload that holds them."""

from collections.abc import Callable, Sequence
from typing import Any

from commerce.kit.context import Context
from commerce.kit.errors import (
    ErrorCode,
    Refusal,
)
from commerce.kit.graphql.nodes import Node, nodes_of
from commerce.kit.graphql.rules import PART
from commerce.kit.graphql.types import C, Info, described, interface, object_type
from commerce.kit.money import Money as Amount


@interface(PART)
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


@object_type(PART)
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


@object_type(PART)
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
