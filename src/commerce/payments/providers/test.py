"""The built-in test provider: a bank that decides by the token it is given, and remembers what it did.

| token | what happens |
|---|---|
| none, `test_success` | charged at once |
| `test_decline` | declined |
| `test_action` | the customer must visit a page and approve |
| `test_unknown_success` | charged, but the answer is lost |
| `test_unknown_failure` | declined, but the answer is lost |
| `test_delayed` | pending; charged when it is next looked up |
| `test_webhook_twice` | charged; its message comes twice, and before the answer |
| `test_slow` | answers after four seconds, then charges |
| `test_slow_answer` | charges, then answers after four seconds |
"""

import asyncio
import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from commerce.kit.db import Database, Session
from commerce.kit.ids import new_key
from commerce.kit.money import Money
from commerce.payments.errors import BadSignature
from commerce.payments.models import TestCharge
from commerce.payments.values import Action, ActionKind, CreateRequest, Outcome, OutcomeKind, WebhookResult

SLOW = 4.0
TOLERANCE = 300
"""Seconds that a signed message may be old."""

Deliver = Callable[[WebhookResult], Awaitable[None]]

_STATES = {
    "test_decline": OutcomeKind.FAILED,
    "test_action": OutcomeKind.ACTION_REQUIRED,
    "test_unknown_failure": OutcomeKind.FAILED,
    "test_delayed": OutcomeKind.PENDING,
}
_LOST = ("test_unknown_success", "test_unknown_failure")


class TestProvider:
    """Takes no money. Refused on channels that are live."""

    name = "test"
    methods: tuple[str, ...] = ("card",)
    is_test = True

    def __init__(self, database: Database, key: bytes, public_url: str) -> None:
        self.database = database
        self.key = key
        self.public_url = public_url
        self.deliver: Deliver | None = None

    async def create(self, request: CreateRequest) -> Outcome:
        token = request.token or "test_success"
        if token == "test_slow":  # noqa: S105
            await asyncio.sleep(SLOW)
        state = _STATES.get(token, OutcomeKind.SUCCEEDED)
        after = OutcomeKind.SUCCEEDED if token == "test_delayed" else None  # noqa: S105
        charge = await self._book(request, state, after)
        if token == "test_webhook_twice" and self.deliver:  # noqa: S105
            for _ in range(2):
                await self.deliver(WebhookResult(f"message-{request.merchant_ref}", request.merchant_ref))
        if token == "test_slow_answer":  # noqa: S105
            await asyncio.sleep(SLOW)
        return Outcome(OutcomeKind.UNKNOWN) if token in _LOST else self._outcome(charge)

    async def query(self, merchant_ref: str) -> Outcome:
        async with self.database.session() as session:
            charge = await self._find(session, merchant_ref)
            if charge is None:
                return Outcome(OutcomeKind.NOT_FOUND)
            if charge.after_query:
                charge.state, charge.after_query = charge.after_query, None
            return self._outcome(charge)

    async def cancel(self, merchant_ref: str) -> Outcome:
        async with self.database.session() as session:
            charge = await self._find(session, merchant_ref)
            if charge is not None and charge.state == OutcomeKind.SUCCEEDED:
                return self._outcome(charge)
            if charge is not None:
                charge.state, charge.after_query = OutcomeKind.FAILED, None
            return Outcome(OutcomeKind.FAILED, error_code="CLOSED")

    async def refund(self, merchant_ref: str, refund_ref: str, amount: Money) -> Outcome:
        async with self.database.session() as session:
            charge = await self._find(session, merchant_ref)
            if charge is None or charge.state != OutcomeKind.SUCCEEDED:
                return Outcome(OutcomeKind.FAILED, error_code="INVALID_REQUEST")
            if refund_ref not in charge.refunds:
                if charge.refunded + amount.amount > charge.amount:
                    return Outcome(OutcomeKind.FAILED, error_code="INVALID_REQUEST")
                charge.refunded += amount.amount
                charge.refunds = {**charge.refunds, refund_ref: amount.amount}
            return Outcome(OutcomeKind.SUCCEEDED, amount)

    async def decide(self, merchant_ref: str, *, approves: bool) -> None:
        """What the customer decided on the page, and the message about it."""
        async with self.database.session() as session:
            charge = await self._find(session, merchant_ref)
            if charge is None or charge.state != OutcomeKind.ACTION_REQUIRED:
                return
            charge.state = OutcomeKind.SUCCEEDED if approves else OutcomeKind.FAILED
        if self.deliver:
            await self.deliver(WebhookResult(f"message-{merchant_ref}-decided", merchant_ref))

    def sign(self, body: bytes, now: datetime) -> str:
        """The header `X-Test-Signature` of a message: `t=<unix time>,v1=<HMAC-SHA256 over time.body>`."""
        time = str(int(now.timestamp()))
        return f"t={time},v1={self._digest(time, body)}"

    def parse_webhook(self, body: bytes, headers: Mapping[str, str], now: datetime) -> WebhookResult:
        parts = dict(part.partition("=")[::2] for part in headers.get("x-test-signature", "").split(","))
        time, digest = parts.get("t", ""), parts.get("v1", "")
        if not hmac.compare_digest(self._digest(time, body).encode(), digest.encode()):
            raise BadSignature
        if not time.isdigit() or abs(now.timestamp() - int(time)) > TOLERANCE:
            raise BadSignature
        try:
            message = json.loads(body)
            return WebhookResult(str(message["id"]), str(message["merchantRef"]))
        except (ValueError, KeyError, TypeError) as error:
            raise BadSignature from error

    def _digest(self, time: str, body: bytes) -> str:
        return hmac.new(self.key, time.encode() + b"." + body, hashlib.sha256).hexdigest()

    async def _book(self, request: CreateRequest, state: OutcomeKind, after: OutcomeKind | None) -> TestCharge:
        """Decide once for a reference: a repeated request finds what was decided."""
        async with self.database.session() as session:
            await session.execute(
                insert(TestCharge)
                .values(
                    id=new_key(),
                    merchant_ref=request.merchant_ref,
                    currency=request.amount.currency,
                    amount=request.amount.amount,
                    state=state,
                    after_query=after,
                    refunds={},
                )
                .on_conflict_do_nothing()
            )
            charge = await self._find(session, request.merchant_ref)
            assert charge is not None
            return charge

    async def _find(self, session: Session, merchant_ref: str) -> TestCharge | None:
        statement = select(TestCharge).where(col(TestCharge.merchant_ref) == merchant_ref).with_for_update()
        return (await session.execute(statement)).scalar_one_or_none()

    def _outcome(self, charge: TestCharge) -> Outcome:
        kind = OutcomeKind(charge.state)
        url = f"{self.public_url.rstrip('/')}/payments/test/{charge.merchant_ref}"
        return Outcome(
            kind,
            Money(charge.amount, charge.currency),
            action=Action(ActionKind.REDIRECT, url) if kind is OutcomeKind.ACTION_REQUIRED else None,
            error_code="DECLINED" if kind is OutcomeKind.FAILED else None,
        )
