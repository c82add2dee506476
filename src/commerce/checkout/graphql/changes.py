"""Checkouts read and changed through the API."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

import strawberry

from commerce.cart.graphql import Cart
from commerce.channels.graphql import selling
from commerce.checkout import actions
from commerce.checkout.graphql.types import Checkout, ShippingOption, checkout_of
from commerce.checkout.values import KEEP, Entry, Progress, Purchase
from commerce.directory.graphql import AddressInput, address_from
from commerce.directory.values import Address as AddressValue
from commerce.kit import ids
from commerce.kit.errors import Refusal
from commerce.kit.graphql import (
    ID,
    OWNER,
    PART,
    PUBLIC,
    Info,
    Node,
    Payload,
    argument,
    described,
    input_type,
    key_from,
    mutation,
    node_loader,
    object_type,
    person,
    query,
)
from commerce.kit.scalars import URL
from commerce.orders.graphql import Order, order_of
from commerce.payments.graphql import PaymentAction, PaymentOption, action_of


@input_type
class CheckoutStartInput:
    """Opens the checkout of a cart; whatever is known can be filled in at once."""

    cart_id: ID = described("Cart.")
    email: str | None = described("Where to write to.", default=None)
    phone: str | None = described("Phone in E.164 form.", default=None)
    shipping_address: AddressInput | None = described("Where it goes.", default=None)
    billing_address: AddressInput | None = described("Whom to bill; the shipping address when left out.", default=None)
    idempotency_key: str | None = described("Equal for each retry.", default=None)


@input_type
class CheckoutUpdateInput:
    """Fills in a checkout. A part that is left out stays; null clears it."""

    checkout_id: ID = described("Checkout.")
    email: strawberry.Maybe[str | None] = described("Where to write to.", default=None)
    phone: strawberry.Maybe[str | None] = described("Phone in E.164 form.", default=None)
    shipping_address: strawberry.Maybe[AddressInput | None] = described("Where it goes.", default=None)
    billing_address: strawberry.Maybe[AddressInput | None] = described("Whom to bill.", default=None)
    shipping_option_id: strawberry.Maybe[ID | None] = described("Way to ship.", default=None)
    payment_option_id: strawberry.Maybe[ID | None] = described("Way to pay.", default=None)
    idempotency_key: str | None = described("Equal for each retry.", default=None)


@input_type
class CheckoutCompleteInput:
    """Pays and places the order."""

    checkout_id: ID = described("Checkout.")
    expected_total: Decimal = described(
        "Total that the customer saw. A different total fails with TOTAL_CHANGED and charges nothing."
    )
    payment_token: str | None = described("Token from the provider's SDK.", default=None)
    return_url: URL | None = described("Where the provider sends the customer back to.", default=None)
    idempotency_key: str | None = described(
        "New for each purchase, equal for each retry of it: a retry returns the first answer. UUID recommended; the"
        " header serves as well. Required.",
        default=None,
    )


@object_type(PART)
class CheckoutPayload(Payload):
    """Result of `checkoutStart` and `checkoutUpdate`."""

    checkout: Checkout | None = described(
        "The checkout after the mutation; null only when it was not found.", default=None
    )

    @classmethod
    async def refused(cls, refusals: Sequence[Refusal], info: Info, **arguments: Any) -> Any:
        payload = await super().refused(refusals, info, **arguments)
        payload.checkout = await _load(info, getattr(arguments.get("input"), "checkout_id", None))
        return payload


@object_type(PART)
class CheckoutCompletePayload(Payload):
    """Result of `checkoutComplete`."""

    order: Order | None = described(
        "The order. While the customer still has to act, or the provider takes its time, its status is PENDING; null"
        " when it failed.",
        default=None,
    )
    next_action: PaymentAction | None = described("What the customer has to do next; null when nothing.", default=None)
    checkout: Checkout | None = described("The checkout, to go on from after an error.", default=None)

    @classmethod
    async def refused(cls, refusals: Sequence[Refusal], info: Info, **arguments: Any) -> Any:
        payload = await super().refused(refusals, info, **arguments)
        payload.checkout = await _load(info, getattr(arguments.get("input"), "checkout_id", None))
        return payload

    @classmethod
    async def replayed(cls, answer: str | None, info: Info, **arguments: Any) -> Any:
        key = ids.decode(Order.prefix, answer or "")
        assert key is not None
        try:
            return await _completed(info, await actions.resume(info.context, key), arguments["input"].checkout_id)
        except Refusal as refusal:
            return await cls.refused([refusal], info, **arguments)


async def _load(info: Info, checkout_id: str | None) -> Checkout | None:
    key = ids.decode(Checkout.prefix, checkout_id) if checkout_id else None
    found = await actions.opened(info.context, selling(info), person(info), key) if key else None
    return checkout_of(found) if found else None


async def _completed(info: Info, progress: Progress, checkout_id: str) -> CheckoutCompletePayload:
    checkout = await _load(info, checkout_id) if _asks_for(info, "checkout") else None
    return CheckoutCompletePayload(
        order=order_of(progress.order, is_own=info.context.actor.behind is None),
        next_action=action_of(progress.action),
        checkout=checkout,
    )


def _asks_for(info: Info, name: str) -> bool:
    """Whether the caller selected a field of the payload, or hides its selection in a fragment."""
    return any(
        getattr(selection, "name", name) == name or not hasattr(selection, "arguments")
        for field in info.selected_fields
        for selection in field.selections
    )


@node_loader(Checkout.prefix)
async def _checkouts(keys: Sequence[UUID], info: Info) -> Sequence[Node | None]:
    return [await _load(info, ids.encode(Checkout.prefix, key)) for key in keys]


def _addressed(given: AddressInput | None, *field: str) -> AddressValue | None:
    return address_from(given, *field) if given is not None else None


def _started(input: CheckoutStartInput) -> Entry:
    """What `checkoutStart` fills in: nothing is cleared by leaving it out."""
    shipping = _addressed(input.shipping_address, "input", "shippingAddress")
    billing = _addressed(input.billing_address, "input", "billingAddress")
    return Entry(
        email=input.email if input.email is not None else KEEP,
        phone=input.phone if input.phone is not None else KEEP,
        shipping_address=shipping or KEEP,
        billing_address=billing or KEEP,
    )


def _given(maybe: Any, make: Any = lambda value: value) -> Any:
    """KEEP for what is absent, None for null, else what `make` makes of the value."""
    if maybe is None:
        return KEEP
    return make(maybe.value) if maybe.value is not None else None


def _updated(input: CheckoutUpdateInput) -> Entry:
    return Entry(
        email=_given(input.email),
        phone=_given(input.phone),
        shipping_address=_given(input.shipping_address, lambda a: address_from(a, "input", "shippingAddress")),
        billing_address=_given(input.billing_address, lambda a: address_from(a, "input", "billingAddress")),
        method_key=_given(
            input.shipping_option_id, lambda given: key_from(ShippingOption.prefix, given, "input", "shippingOptionId")
        ),
        option_key=_given(
            input.payment_option_id, lambda given: key_from(PaymentOption.prefix, given, "input", "paymentOptionId")
        ),
    )


@strawberry.type
class CheckoutQuery:
    @query(OWNER)
    async def checkout(self, info: Info, id: Annotated[ID, argument("Checkout.")]) -> Checkout | None:
        """One checkout by its id."""
        return await _load(info, id)


@strawberry.type
class CheckoutMutation:
    @mutation(PUBLIC)
    async def checkout_start(self, info: Info, input: CheckoutStartInput) -> CheckoutPayload:
        """Opens the checkout of a cart, or returns the open one. Codes: NOT_FOUND, INVALID, REQUIRED, NOT_SHIPPABLE, STATE_NOT_ALLOWED."""
        cart_key = key_from(Cart.prefix, input.cart_id, "input", "cartId")
        entry = _started(input)
        async with info.context.transaction() as session:
            found = await actions.start(session, selling(info), person(info), cart_key, entry)
            session.answer = ids.encode(Checkout.prefix, found.form.key)
        return CheckoutPayload(checkout=checkout_of(found))

    @mutation(PUBLIC)
    async def checkout_update(self, info: Info, input: CheckoutUpdateInput) -> CheckoutPayload:
        """Fills in any part of a checkout. Codes: NOT_FOUND, INVALID, REQUIRED, NOT_SHIPPABLE, STATE_NOT_ALLOWED."""
        key = key_from(Checkout.prefix, input.checkout_id, "input", "checkoutId")
        entry = _updated(input)
        async with info.context.transaction() as session:
            found = await actions.update(session, selling(info), person(info), key, entry)
            session.answer = input.checkout_id
        return CheckoutPayload(checkout=checkout_of(found))

    @mutation(PUBLIC, needs_key=True)
    async def checkout_complete(self, info: Info, input: CheckoutCompleteInput) -> CheckoutCompletePayload:
        """Pays and places the order. Safe to retry with the same key. Codes: NOT_FOUND, REQUIREMENT_MISSING, TOTAL_CHANGED, LIMIT_EXCEEDED, OUT_OF_STOCK, PAYMENT_DECLINED, PAYMENT_PENDING, IDEMPOTENCY_KEY_REUSED."""
        key = key_from(Checkout.prefix, input.checkout_id, "input", "checkoutId")
        purchase = Purchase(input.expected_total, input.payment_token, input.return_url)
        progress = await actions.complete(info.context, selling(info), key, purchase)
        return await _completed(info, progress, input.checkout_id)
