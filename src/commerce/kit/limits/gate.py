"""The gate before an operation: it must not cost more than one may, and its client must have the points."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any

from graphql.execution.values import VariableValues
from starlette.types import Scope

from commerce.kit.answers import Kept
from commerce.kit.context import Context
from commerce.kit.errors import RequestError
from commerce.kit.execution import Operation
from commerce.kit.limits.buckets import Allowance, Buckets, Level
from commerce.kit.limits.rules import TOO_COMPLEX, Limits

THROTTLED = "THROTTLED"
KNOWN_ANSWER = 1
"""Points of an answer that was given before."""


Spent = Callable[[Context, int, int, int], None]


@dataclass(frozen=True, slots=True)
class Client:
    """Whose points are spent, and how many there are."""

    key: str
    allowance: Allowance
    most_cost: int
    """Points that one operation may cost."""


@dataclass(slots=True)
class Charge:
    """What one request was let in for."""

    client: Client
    requested: int
    told: dict[str, Any]


class Gate:
    """Lets operations in, and tells each client in `extensions.cost` what it costs and what is left."""

    def __init__(
        self,
        limits: Limits,
        buckets: Buckets,
        *,
        client_of: Callable[[Context], Client],
        visitor_of: Callable[[Scope], Client],
        reading: int = 1,
        spent: Spent = lambda _context, _points, _requests, _refused: None,
    ) -> None:
        """`visitor_of` tells of a request that says nothing of who sent it; `reading` is the price of a character.

        `spent` is told of each request of somebody who is known: points, requests, and how many of them were refused.
        """
        self.limits = limits
        self.buckets = buckets
        self.client_of = client_of
        self.visitor_of = visitor_of
        self.reading = reading
        self.spent = spent

    async def admit_reading(self, scope: Scope, text: str) -> None:
        """THROTTLED for who has too few points to have a document read that nobody knows yet, right or wrong."""
        client = self.visitor_of(scope)
        level = await self.buckets.take(client.key, len(text) * self.reading, client.allowance)
        if not level.is_admitted:
            raise _throttled(level)

    async def admit(self, operation: Operation, values: VariableValues, context: Context) -> None:
        """TOO_COMPLEX for what costs more than any operation may, THROTTLED for who has spent too much."""
        client = self.client_of(context)
        cost, most = self.limits.cost(operation, values), client.most_cost
        if cost > most:
            self.spent(context, 0, 1, 1)
            context.extensions["cost"] = {"requested": cost, "actual": 0, "limit": most}
            message = f"It costs up to {cost} points, and at most {most} are allowed: ask for smaller pages or less."
            raise RequestError(TOO_COMPLEX, message, limit=most, found=cost)
        level = await self.buckets.take(client.key, cost, client.allowance)
        told = {"requested": cost, "actual": cost, "limit": most, "bucket": _told(level)}
        context.extensions["cost"] = told
        if not level.is_admitted:
            told["actual"] = 0
            self.spent(context, 0, 1, 1)
            raise _throttled(level, cost=told)
        self.spent(context, cost, 1, 0)
        context[Charge] = Charge(client, cost, told)

    def answered(self, operation: Operation, context: Context, data: Mapping[str, Any] | None) -> None:
        """Give back what the answer did not come to, or take what it came to beyond. One without data may have been
        as dear as any.
        """
        if data is not None and context.holds(Charge):
            self._settle(context, self.limits.bill(operation).came_to(data))

    def known(self, context: Context) -> None:
        """The answer was given before."""
        if context.holds(Charge):
            self._settle(context, KNOWN_ANSWER)

    async def admit_again(self, scope: Scope, kept: Kept) -> dict[str, Any] | None:
        """Let a visitor in for an answer at hand: what it costs; None if there is no room."""
        client = self.visitor_of(scope)
        level = await self.buckets.take(client.key, KNOWN_ANSWER, client.allowance)
        if not level.is_admitted:
            return None
        return {**kept.extensions.get("cost", {}), "actual": KNOWN_ANSWER, "bucket": _told(level)}

    def _settle(self, context: Context, actual: int) -> None:
        charge = context[Charge]
        self.spent(context, actual - charge.requested, 0, 0)
        charge.told["actual"] = actual
        client = charge.client
        charge.told["bucket"] = _told(self.buckets.settle(client.key, charge.requested - actual, client.allowance))


def _throttled(level: Level, **more: Any) -> RequestError:
    seconds = ceil(level.retry_after)
    return RequestError(THROTTLED, f"Too many requests: come again in {seconds} s.", retryAfter=seconds, **more)


def _told(level: Level) -> dict[str, int]:
    return {
        "available": level.available,
        "maximum": level.allowance.maximum,
        "restoreRate": level.allowance.restore_rate,
    }
