"""Root fields for changing: keys, refusals and answers."""

import typing
from collections.abc import Callable
from typing import Any

import strawberry
from strawberry.extensions import FieldExtension

from commerce.kit import ids
from commerce.kit.audit import Deed, is_watched
from commerce.kit.bounds import MOST_ITEMS, has_long_list, long_lists
from commerce.kit.context import Context
from commerce.kit.errors import (
    Refusal,
    Refusals,
    Required,
    TooLong,
    raise_all,
)
from commerce.kit.graphql.access import Guard
from commerce.kit.graphql.deeds import channel_in, facts_of, subject_in
from commerce.kit.graphql.refusals import Payload
from commerce.kit.graphql.rules import Access, asked_of, with_rule
from commerce.kit.graphql.types import (
    Info,
    argument,
    doc,
)
from commerce.kit.idempotency import LONGEST_KEY, Replayed, claim_for, keep
from commerce.kit.masking import Hidden


def mutation(access: Access, *, needs_key: bool = False, takes_key: bool = True) -> Callable[[Any], Any]:
    """A root field for changing, with the rule of who may call it.

    Takes one `input`. Refusals below become the payload's `userErrors`. With an idempotency key (in the input or the
    header `Idempotency-Key`) its first transaction also takes the key; `needs_key` insists on one. Without `takes_key` it is
    passed over: for answers that hold secrets, which must not be given twice.
    """

    def wrap(resolver: Any) -> Any:
        description = with_rule(doc(resolver), access)
        hints = typing.get_type_hints(resolver, include_extras=True)
        payload = hints["return"]
        resolver.__annotations__["input"] = typing.Annotated[hints["input"], argument("What is to be done.")]
        shows_codes = bool(asked_of(access))
        answering = _Answering(payload, needs_key, takes_key, shows_codes)
        extensions = [answering, Guard(access, is_reading=False)]  # the last one comes first
        return strawberry.mutation(resolver=resolver, description=description, extensions=extensions)

    return wrap


class _Answering(FieldExtension):
    """Turns refusals into the payload's `userErrors`, and repeated requests into the answer they had."""

    def __init__(self, payload: "type[Payload]", needs_key: bool, takes_key: bool, shows_codes: bool) -> None:
        self.payload = payload
        self.needs_key = needs_key
        self.takes_key = takes_key
        self.shows_codes = shows_codes

    async def resolve_async(self, next_: Any, source: Any, info: Info, **arguments: Any) -> Any:
        context = info.context
        try:
            if is_watched(context.actor):
                context.deed = self._deed(context, info.field_name, arguments.get("input"))
            if has_long_list(given := arguments.get("input")):
                raise_all(list(long_lists(given, "input")))
            if self.takes_key:
                self._claim(context, info.field_name, arguments)
            answer = await next_(source, info, **arguments)
            await self._remember(context, answer)
        except Refusal as refusal:
            return await self.payload.refused([refusal], info, **arguments)
        except Refusals as several:
            return await self.payload.refused(several.refusals[:MOST_ITEMS], info, **arguments)
        except Replayed as replayed:
            return await self._again(replayed.answer, info, **arguments)
        else:
            return answer
        finally:
            context.claim = context.unanswered = context.deed = None

    async def _again(self, answer: str | None, info: Info, **arguments: Any) -> Any:
        """The answer to a repeated request. What it was about may be gone by now."""
        try:
            return await self.payload.replayed(answer, info, **arguments)
        except Refusal as refusal:
            return await self.payload.refused([refusal], info, **arguments)

    async def _remember(self, context: Context, answer: "Payload") -> None:
        """Keep the answer with its key, unless the transaction of the effect did: set `session.answer` in it where two
        requests with one key may come at the same time.
        """
        row_id, node = context.unanswered, answer.subject
        if row_id is not None and node is not None:
            async with context.transaction() as session:
                await keep(session, row_id, ids.encode(node.prefix, node.key))

    def _deed(self, context: Context, operation: str, given: object) -> Deed:
        facts = {"input": facts_of(given, shows_codes=self.shows_codes), "request": context.request_id}
        return Deed(context.actor, operation, subject_in(given), channel_in(given), facts)

    def _claim(self, context: Context, operation: str, arguments: dict[str, Any]) -> None:
        given = arguments.get("input")
        key = getattr(given, "idempotency_key", None) or context.headers.get("idempotency-key")
        if not key:
            if self.needs_key:
                raise Required("input", "idempotencyKey")
            return
        if len(key) > LONGEST_KEY:
            raise TooLong("input", "idempotencyKey", most=LONGEST_KEY)
        context.claim = claim_for(
            context.vault, context.actor.scope, key, operation, (given, *_told_apart(context, given))
        )


def _told_apart(context: Context, given: object) -> list[str]:
    """Two bytes of each digest of what an input hides: with another password it is another request, and nobody finds the
    password by trying.
    """
    hidden = [one for one in vars(given).values() if isinstance(one, Hidden)] if given is not None else []
    return [context.vault.index("hidden", one)[:2].hex() for one in hidden]
