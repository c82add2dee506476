"""Orders that are followed."""

from collections.abc import AsyncGenerator
from uuid import UUID

from commerce.kit.actor import Permission
from commerce.kit.context import Context
from commerce.kit.errors import RequestError
from commerce.kit.execution import Message
from commerce.kit.graphql import Info, following
from commerce.orders import queries
from commerce.orders.graphql.types import Order, order_for, order_of
from commerce.orders.values import FOLLOWED


def order_updates(info: Info, key: UUID | None, *, is_shown: bool) -> AsyncGenerator[Message]:
    """An order as it is now and each time it changes, for its owner or with ORDERS_READ; else NOT_FOUND.

    `is_shown`: whether the caller knows the checkout that it came from.
    """
    if key is None:
        raise _not_found()

    async def read(context: Context) -> tuple[int, Order]:
        [found] = await queries.orders_by_key(context, [key])
        if found is not None and is_shown:
            return found.version, order_of(found, is_own=context.actor.behind is None)
        order = order_for(found, context.actor, Permission.ORDERS_READ)
        if order is None:
            raise _not_found()
        return order.info.version, order

    return following(info, FOLLOWED, key, read)


def _not_found() -> RequestError:
    return RequestError("NOT_FOUND", "There is no such order, or it is not yours.")
