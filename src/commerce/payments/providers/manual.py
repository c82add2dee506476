"""Payment outside the shop, such as a bank transfer: the customer gets instructions, staff confirms the money."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from commerce.kit.money import Money
from commerce.payments.errors import BadSignature
from commerce.payments.values import Action, ActionKind, CreateRequest, Outcome, OutcomeKind, WebhookResult

HOLD = timedelta(days=3)
REFERENCE_LENGTH = 12


class ManualProvider:
    """Nothing is moved by machine. The shop's own records are all there is, so every query says: still waiting."""

    name = "manual"
    methods: tuple[str, ...] = ("transfer",)
    is_test = False

    async def create(self, request: CreateRequest) -> Outcome:
        reference = request.merchant_ref[-REFERENCE_LENGTH:].upper()
        action = Action(ActionKind.INSTRUCTIONS, parameters={"reference": reference})
        return Outcome(OutcomeKind.ACTION_REQUIRED, action=action, hold_for=HOLD)

    async def query(self, merchant_ref: str) -> Outcome:  # noqa: ARG002
        return Outcome(OutcomeKind.PENDING)

    async def cancel(self, merchant_ref: str) -> Outcome:  # noqa: ARG002
        return Outcome(OutcomeKind.FAILED, error_code="CLOSED")

    async def refund(self, merchant_ref: str, refund_ref: str, amount: Money) -> Outcome:  # noqa: ARG002
        """Staff sends the money back; the record is made when they say so."""
        return Outcome(OutcomeKind.SUCCEEDED, amount)

    def parse_webhook(self, body: bytes, headers: Mapping[str, str], now: datetime) -> WebhookResult:  # noqa: ARG002
        raise BadSignature
