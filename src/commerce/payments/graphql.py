"""Payments as the API says them."""

from datetime import datetime
from typing import Any, ClassVar

import strawberry

from commerce.channels import queries as channels
from commerce.i18n import rules as i18n
from commerce.i18n.graphql import TextInput, texts_from
from commerce.i18n.values import Texts
from commerce.kit.actor import Permission
from commerce.kit.db import Row
from commerce.kit.errors import NotFound
from commerce.kit.graphql import (
    ID,
    OWNER,
    PART,
    Info,
    Money,
    Node,
    Payload,
    UserError,
    channel_named,
    derived,
    described,
    described_enum,
    in_channels,
    input_type,
    key_from,
    money,
    mutation,
    object_type,
    says,
)
from commerce.kit.money import Money as Amount
from commerce.kit.scalars import JSON
from commerce.payments import actions, queries
from commerce.payments.errors import PaymentDeclined
from commerce.payments.providers import Providers
from commerce.payments.values import ActionKind, OptionInfo, PaymentStatus, RefundStatus

described_enum(
    {
        PaymentStatus.CREATED: "Written down, not sent yet.",
        PaymentStatus.PROCESSING: "At the provider.",
        PaymentStatus.REQUIRES_ACTION: "Waits for the customer.",
        PaymentStatus.UNKNOWN: "The provider's answer was lost; it is being looked up.",
        PaymentStatus.AUTHORIZED: "Reserved.",
        PaymentStatus.CAPTURED: "Paid.",
        PaymentStatus.PARTIALLY_REFUNDED: "Given back in part.",
        PaymentStatus.REFUNDED: "Given back in full.",
        PaymentStatus.FAILED: "Declined, or never reached the provider.",
        PaymentStatus.CANCELED: "Closed before it was paid.",
    },
    name="PaymentState",
)(PaymentStatus)
described_enum(
    {
        RefundStatus.PENDING: "On its way.",
        RefundStatus.SUCCEEDED: "Sent back.",
        RefundStatus.FAILED: "Refused by the provider; the amount can be refunded again.",
    }
)(RefundStatus)
described_enum(
    {
        ActionKind.REDIRECT: "Open a page.",
        ActionKind.QR_CODE: "Show a QR code.",
        ActionKind.SDK: "Call the provider's SDK.",
        ActionKind.INSTRUCTIONS: "Show instructions, such as a bank account and the reference to name.",
    },
    name="PaymentActionKind",
)(ActionKind)


@object_type(OWNER)
class PaymentOption(Node):
    """A way to pay."""

    prefix: ClassVar[str] = "payment_option"
    info: strawberry.Private[OptionInfo]

    @derived
    def code(self) -> str:
        """Provider and method: `test.card`, `manual.transfer`."""
        return self.info.code

    @derived
    def name(self, info: Info) -> str:
        """Name in the current locale."""
        return i18n.pick(self.info.name, info.context.locales)

    @derived
    def instructions(self, info: Info) -> str | None:
        """What the customer has to know, in the current locale; null without."""
        return i18n.pick(self.info.instructions, info.context.locales) or None


def option_of(info: OptionInfo) -> PaymentOption:
    return PaymentOption(key=info.key, info=info)


@object_type(OWNER)
class PaymentAction:
    """A step that the customer has to take to pay."""

    kind: ActionKind = described("How.")
    url: str | None = described("Page to open, or content of the QR code; null where there is neither.")
    parameters: JSON | None = described("Parameters for the provider's SDK, or parts of the instructions.")


def action_of(document: dict[str, Any] | None) -> PaymentAction | None:
    """The pending step of a payment."""
    if not document:
        return None
    return PaymentAction(
        kind=ActionKind(document["kind"]), url=document["url"], parameters=JSON(document["parameters"]) or None
    )


@object_type(OWNER)
class Payment(Node):
    """A payment."""

    prefix: ClassVar[str] = "payment"
    option_name: strawberry.Private[Texts]
    status: PaymentStatus = described("State.")
    amount: Money = described("Amount that is due with it.")
    captured: Money = described("What was captured of it.")
    refunded: Money = described("What was sent back of it.")
    captured_at: datetime | None = described("When it was captured; null before.")

    @derived
    def method(self, info: Info) -> str:
        """Way to pay, in the current locale."""
        return i18n.pick(self.option_name, info.context.locales)


def payment_of(row: Row) -> Payment:
    """From a row of `queries.payments_of`."""
    _, key, name, currency, amount, captured, refunded, status, captured_at, *_ = row
    return Payment(
        key=key,
        option_name=name,
        status=PaymentStatus(status),
        amount=money(Amount(amount, currency)),
        captured=money(Amount(captured, currency)),
        refunded=money(Amount(refunded, currency)),
        captured_at=captured_at,
    )


@object_type(OWNER)
class Refund(Node):
    """Money sent back."""

    prefix: ClassVar[str] = "refund"
    amount: Money = described("Amount.")
    status: RefundStatus = described("State.")
    reason: str | None = described("Reason to show; null when none was given.")
    created_at: datetime = described("When it was asked for.")


def refund_of(row: Row) -> Refund:
    """From a row of `queries.refunds_of`."""
    _, key, amount, currency, status, reason, created_at = row
    return Refund(
        key=key,
        amount=money(Amount(amount, currency)),
        status=RefundStatus(status),
        reason=reason,
        created_at=created_at,
    )


@says(PaymentDeclined)
@object_type(PART)
class PaymentError(UserError):
    """A payment that failed."""

    is_retryable: bool | None = described("Whether another try of the same way to pay can succeed; null when unknown.")


@input_type
class PaymentOptionCreateInput:
    """A way to pay for a channel."""

    channel_id: ID = described("Channel.")
    code: str = described("Provider and method: `test.card`, `manual.transfer`.")
    name: list[TextInput] = described("Name by locale.")
    instructions: list[TextInput] | None = described("What the customer has to know, by locale.", default=None)


@object_type(PART)
class PaymentOptionPayload(Payload):
    """Result of the mutations of ways to pay."""

    payment_option: PaymentOption | None = described("The way to pay after the mutation.", default=None)

    @classmethod
    async def replayed(cls, answer: str | None, info: Info, **arguments: Any) -> Any:  # noqa: ARG003
        given = arguments["input"]
        known = await queries.options(info.context, key_from("channel", given.channel_id), is_live=False)
        return cls(payment_option=next((option_of(option) for option in known if option.code == given.code), None))


@strawberry.type
class PaymentsMutation:
    @mutation(in_channels(Permission.SETTINGS_WRITE))
    async def payment_option_create(self, info: Info, input: PaymentOptionCreateInput) -> PaymentOptionPayload:
        """Offers a way to pay in a channel. Codes: INVALID, NOT_FOUND, TAKEN, STATE_NOT_ALLOWED."""
        channel_key = channel_named(info, input.channel_id, Permission.SETTINGS_WRITE, "input", "channelId")
        name = texts_from(input.name, "input", "name")
        instructions = texts_from(input.instructions or [], "input", "instructions", most=4000, required=False)
        [market] = await channels.markets_by_key(info.context, [channel_key])
        if market is None:
            raise NotFound("input", "channelId")
        async with info.context.transaction() as session:
            option = await actions.offer(
                session, info.context[Providers], channel_key, input.code, name, instructions, is_live=market.is_live
            )
        return PaymentOptionPayload(payment_option=option_of(OptionInfo(option.id, option.code, name, instructions)))
