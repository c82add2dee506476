"""Orders in the API."""

import strawberry

from commerce.orders.graphql.changes import OrderPayload, OrdersQuery, order_payload
from commerce.orders.graphql.changes import OrdersMutation as _Changes
from commerce.orders.graphql.following import order_updates
from commerce.orders.graphql.people import OrderLookupMutation
from commerce.orders.graphql.types import Order, OrderLine, load_orders, order_for, order_of, own_orders

__all__ = [
    "Order",
    "OrderLine",
    "OrderPayload",
    "OrdersMutation",
    "OrdersQuery",
    "load_orders",
    "order_for",
    "order_of",
    "order_payload",
    "order_updates",
    "own_orders",
]


@strawberry.type
class OrdersMutation(_Changes, OrderLookupMutation):
    pass
