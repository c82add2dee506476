"""Orders as the API shows them."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar
from uuid import UUID

import strawberry

from commerce.catalog.graphql import ProductVariant, load_variants
from commerce.channels import queries as channels
from commerce.channels.graphql import Channel, channel_of
from commerce.directory import addresses
from commerce.directory.graphql import Address
from commerce.directory.values import Address as AddressValue
from commerce.i18n import rules as i18n
from commerce.kit import masking
from commerce.kit.actor import Actor, Permission
from commerce.kit.errors import spoken
from commerce.kit.graphql import (
    OWNER,
    Info,
    Money,
    Node,
    batched,
    derived,
    described,
    described_enum,
    money,
    node_loader,
    object_type,
)
from commerce.kit.money import Money as Amount
from commerce.kit.scalars import Locale
from commerce.orders import queries, rules
from commerce.orders.values import (
    PAYABLE,
    CancelReason,
    FulfillmentStatus,
    Happening,
    OrderInfo,
    OrderLineInfo,
    OrderPaymentStatus,
    OrderStatus,
)
from commerce.payments import queries as payments
from commerce.payments.graphql import Payment, Refund, payment_of, refund_of
from commerce.quotes.graphql import Totals
from commerce.tax import rules as tax
from commerce.tax.graphql import TaxedMoney, taxed_money

described_enum(
    {
        OrderStatus.PENDING: "Awaits payment.",
        OrderStatus.PROCESSING: "In work.",
        OrderStatus.COMPLETED: "All parcels are on their way or delivered.",
        OrderStatus.CANCELED: "Called off.",
    }
)(OrderStatus)
described_enum(
    {
        OrderPaymentStatus.UNPAID: "Nothing yet.",
        OrderPaymentStatus.AUTHORIZED: "Reserved.",
        OrderPaymentStatus.PAID: "Paid in full.",
        OrderPaymentStatus.PARTIALLY_REFUNDED: "Given back in part.",
        OrderPaymentStatus.REFUNDED: "Given back in full.",
    },
    name="PaymentStatus",
)(OrderPaymentStatus)
described_enum(
    {
        FulfillmentStatus.UNFULFILLED: "Nothing was sent.",
        FulfillmentStatus.PARTIALLY_FULFILLED: "Something was sent.",
        FulfillmentStatus.FULFILLED: "All was sent.",
    }
)(FulfillmentStatus)
described_enum(
    {
        CancelReason.PAYMENT_TIMEOUT: "Not paid in time.",
        CancelReason.PAYMENT_FAILED: "The payment came to nothing.",
        CancelReason.CUSTOMER: "The customer asked for it.",
        CancelReason.MERCHANT: "The merchant called it off.",
    },
    name="OrderCancelReason",
)(CancelReason)

_SAID = {
    Happening.PLACED: spoken("The order was placed."),
    Happening.PAID: spoken("The order was paid."),
    Happening.PAYMENT_FAILED: spoken("The payment failed."),
    Happening.FULFILLED: spoken("A parcel was sent."),
    Happening.COMPLETED: spoken("Everything was sent."),
    Happening.CANCELED: spoken("The order was canceled."),
    Happening.REFUND_REQUESTED: spoken("A refund was started."),
    Happening.REFUNDED: spoken("A refund was sent."),
    Happening.REFUND_FAILED: spoken("A refund failed."),
}


@object_type(OWNER)
class OrderLine(Node):
    """A line of an order."""

    prefix: ClassVar[str] = "order_line"
    line: strawberry.Private[OrderLineInfo]

    @derived
    def title(self, info: Info) -> str:
        """Name of the product at the time."""
        return i18n.pick(self.line.title, info.context.locales)

    @derived
    def variant_title(self, info: Info) -> str | None:
        """Chosen values at the time, such as `Red / M`; null without a choice."""
        return i18n.pick(self.line.variant_title, info.context.locales) or None

    @derived
    def sku(self) -> str:
        """SKU at the time."""
        return self.line.sku

    @batched
    async def variant(lines: list["OrderLine"], info: Info) -> list[ProductVariant | None]:
        """The variant today; null once it is not sold in the channel of the context."""
        return await load_variants(info, [line.line.variant_key for line in lines])

    @derived
    def quantity(self) -> int:
        """How many were bought."""
        return self.line.quantity

    @derived
    def fulfilled_quantity(self) -> int:
        """How many of them were sent."""
        return self.line.fulfilled

    @derived
    def unit_price(self) -> TaxedMoney:
        """Price of one before discounts, its tax rounded for one."""
        line = self.line
        return taxed_money(tax.taxed(Amount(line.unit, line.currency), line.ppm, line.includes_tax))

    @derived
    def discount(self) -> Money:
        """Share of the discounts in this line, as a positive amount."""
        return money(Amount(self.line.discount, self.line.currency))

    @derived
    def total(self) -> TaxedMoney:
        """After discounts."""
        line = self.line
        return taxed_money(
            tax.split(Amount(line.total, line.currency), Amount(line.tax, line.currency), line.includes_tax)
        )


@object_type(OWNER)
class OrderEvent(Node):
    """An entry of an order's timeline."""

    prefix: ClassVar[str] = "order_event"
    kind: strawberry.Private[str]
    at: datetime = described("When.")
    is_public: bool = described("Whether the customer sees it.")

    @derived
    def message(self, info: Info) -> str:
        """Text to show, in the current locale."""
        return info.context.translate(_SAID[Happening(self.kind)], info.context.locales)


@object_type(OWNER)
class Order(Node):
    """
    A purchase. Texts, prices and addresses are those of the moment it was placed. Whose it is sees all of it; staff sees
    whom it is for masked.
    """

    prefix: ClassVar[str] = "order"
    info: strawberry.Private[OrderInfo]
    is_own: strawberry.Private[bool]
    """Whether it is shown to whom it is for."""

    @derived
    def number(self) -> str:
        """Number to show. It tells nothing about how many orders there are."""
        return self.info.number

    @derived
    def status(self) -> OrderStatus:
        """Overall state."""
        return OrderStatus(self.info.status)

    @derived
    def payment_status(self) -> OrderPaymentStatus:
        """State of the money."""
        return OrderPaymentStatus(self.info.payment_status)

    @batched
    async def fulfillment_status(orders: list["Order"], info: Info) -> list[FulfillmentStatus]:
        """State of the goods."""
        return [rules.goods_status(lines) for lines in await _lines(orders, info)]

    @derived
    def cancel_reason(self) -> CancelReason | None:
        """Why it was called off; null when it was not."""
        return CancelReason(self.info.cancel_reason) if self.info.cancel_reason else None

    @derived
    def placed_at(self) -> datetime:
        """When it was placed."""
        return self.info.placed_at

    @derived
    def expires_at(self) -> datetime | None:
        """When it is called off unless it is paid; null once it was."""
        return self.info.expires_at

    @derived
    def locale(self) -> Locale:
        """Locale it was placed in."""
        return Locale(self.info.locale)

    @batched
    async def channel(orders: list["Order"], info: Info) -> list[Channel]:
        """Channel it was placed in."""
        found = await channels.markets_by_key(info.context, [order.info.channel_key for order in orders])
        return [channel_of(market) for market in found if market is not None]

    @derived
    def email(self, info: Info) -> str | None:
        """Where to write to; to staff masked, `a***@example.com`. Null once its owner was forgotten."""
        email = info.context.vault.open_any("email", self.info.email)
        return masking.shown(email, masking.email, in_clear=self.is_own)

    @derived
    def phone(self, info: Info) -> str | None:
        """Phone in E.164 form; to staff masked, `138****5678`. Null when none was given."""
        phone = info.context.vault.open_any("phone", self.info.phone)
        return masking.shown(phone, masking.phone, in_clear=self.is_own)

    @derived
    def totals(self) -> Totals:
        """Sums."""
        return _totals(self.info)

    @batched
    async def lines(orders: list["Order"], info: Info) -> list[list[OrderLine]]:
        """Lines."""
        return [[OrderLine(key=line.key, line=line) for line in lines] for lines in await _lines(orders, info)]

    @derived
    def shipping_address(self, info: Info) -> Address:
        """Where it goes. Staff sees country, region, city and district. Without a name once its owner was forgotten."""
        address = self._address(info, self.info.shipping_address)
        assert address is not None
        return address

    @derived
    def billing_address(self, info: Info) -> Address | None:
        """Whom to bill; null for the shipping address. Staff sees country, region, city and district."""
        return self._address(info, self.info.billing_address)

    def _address(self, info: Info, sealed: bytes | None) -> Address | None:
        value = AddressValue.opened(info.context.vault, sealed)
        if value is None:
            return None
        return Address(value=value if self.is_own else addresses.masked(value))

    @derived
    def shipping_method(self, info: Info) -> str:
        """Way to ship, by its name at the time."""
        return i18n.pick(self.info.shipping_name, info.context.locales)

    @batched
    async def payments(orders: list["Order"], info: Info) -> list[list[Payment]]:
        """Payments, oldest first."""
        groups = await payments.payments_of(info.context, PAYABLE, _keys(orders))
        return [[payment_of(row) for row in rows] for rows in groups]

    @batched
    async def refunds(orders: list["Order"], info: Info) -> list[list[Refund]]:
        """Money sent back, oldest first."""
        groups = await payments.refunds_of(info.context, PAYABLE, _keys(orders))
        return [[refund_of(row) for row in rows] for rows in groups]

    @batched
    async def timeline(orders: list["Order"], info: Info) -> list[list[OrderEvent]]:
        """What happened, latest first. Internal entries need ORDERS_READ."""
        actor = info.context.actor
        sees = [actor.may_in(order.info.channel_key, [Permission.ORDERS_READ]) for order in orders]
        groups = await queries.timelines_of(info.context, _keys(orders), sees_all=any(sees))
        return [
            [
                OrderEvent(key=key, kind=kind, at=at, is_public=public)
                for _, key, kind, _, _, public, at in rows
                if public or sees_all
            ]
            for rows, sees_all in zip(groups, sees, strict=True)
        ]

    @derived
    def version(self) -> int:
        """Grows with every change of the order. Clients that cannot follow it ask for this now and then."""
        return self.info.version

    @derived
    def note(self, info: Info) -> str | None:
        """The customer's note; null without one."""
        return info.context.vault.open_any("note", self.info.note)


def order_of(found: OrderInfo, *, is_own: bool) -> Order:
    return Order(key=found.key, info=found, is_own=is_own)


def order_for(found: OrderInfo | None, actor: Actor, *permissions: Permission) -> Order | None:
    """An order for its owner, or for staff with one of the permissions in its channel; None for all others."""
    if found is None:
        return None
    is_seen = belongs_to(found, actor) or actor.may_in(found.channel_key, permissions)
    return order_of(found, is_own=is_own(found, actor)) if is_seen else None


def belongs_to(found: OrderInfo, actor: Actor) -> bool:
    """Whether an order is the caller's, or that of the customer in whose place staff acts."""
    return found.customer_key is not None and found.customer_key == actor.person


def is_own(found: OrderInfo, actor: Actor) -> bool:
    """Whether somebody asks for what is theirs, and nobody stands behind them."""
    return belongs_to(found, actor) and actor.behind is None


def _keys(orders: Sequence[Order]) -> list[UUID]:
    return [order.key for order in orders]


async def _lines(orders: Sequence[Order], info: Info) -> list[list[OrderLineInfo]]:
    """The lines of these orders, read once for all fields that need them."""
    kept = info.context.loaders.setdefault("orders.lines", {})
    missing = [order.key for order in orders if order.key not in kept]
    if missing:
        kept.update(zip(missing, await queries.lines_of(info.context, missing), strict=True))
    return [kept[order.key] for order in orders]


def _totals(info: OrderInfo) -> Totals:
    def amount(minor: int) -> Money:
        return money(Amount(minor, info.currency))

    return Totals(
        subtotal=amount(info.subtotal),
        discount=amount(info.discount),
        shipping=amount(info.shipping),
        tax=amount(info.tax),
        tax_included=info.includes_tax,
        total=amount(info.total),
        is_estimate=False,
    )


async def own_orders(info: Info, keys: Sequence[UUID]) -> list[Order | None]:
    """Orders of these keys, for a caller who has shown that they are theirs."""
    found = await queries.orders_by_key(info.context, keys)
    return [order_of(one, is_own=info.context.actor.behind is None) if one else None for one in found]


async def load_orders(info: Info, keys: Sequence[UUID]) -> Sequence[Order | None]:
    """Orders of these keys: one's own, and to staff with ORDERS_READ those of their channels."""
    actor = info.context.actor
    if actor.person is None and not actor.may_somewhere([Permission.ORDERS_READ]):
        return [None] * len(keys)
    found = await queries.orders_by_key(info.context, keys)
    return [order_for(one, actor, Permission.ORDERS_READ) for one in found]


@node_loader(Order.prefix)
async def _orders(keys: Sequence[UUID], info: Info) -> Sequence[Node | None]:
    return await load_orders(info, keys)
