"""What can be followed from a checkout."""

from collections.abc import AsyncGenerator
from typing import Annotated

import strawberry

from commerce.checkout import queries
from commerce.checkout.graphql.types import Checkout
from commerce.kit import ids
from commerce.kit.graphql import ID, PUBLIC, Info, argument, subscription
from commerce.orders.graphql import Order, order_updates


@strawberry.type
class CheckoutSubscription:
    @subscription(PUBLIC)
    async def order_updated(
        self,
        info: Info,
        order_id: Annotated[ID, argument("Order.")],
        checkout_id: Annotated[
            ID | None,
            argument("Checkout that the order came from; shows that it is yours. Not needed once you sign in."),
        ] = None,
    ) -> AsyncGenerator[Order]:
        """An order as it is now, and again each time it changes: your own, a guest's by its checkout, or any with ORDERS_READ."""
        key = ids.decode(Order.prefix, order_id)
        secret = ids.decode(Checkout.prefix, checkout_id) if checkout_id else None
        form = await queries.form(info.context, secret, info.context.actor.person) if secret else None
        # An order whose payment failed leaves its checkout; whoever follows it is still to hear of that.
        return order_updates(info, key, is_shown=form is not None and form.order_key == key)  # type: ignore[return-value]
