"""The cart of a person."""

from typing import Any
from uuid import UUID

from commerce.accounts.graphql import Viewer
from commerce.cart import queries
from commerce.cart.graphql.changes import load_cart
from commerce.cart.graphql.types import Cart
from commerce.channels.graphql import selling
from commerce.customers.graphql import Customer
from commerce.kit.graphql import Info, batched, extend


async def cart(owners: list[Any], info: Info) -> list[Cart | None]:
    """The open cart in the channel of the context, of several the one that was started last. Null to all but its owner."""
    return [await _cart(info, owner.profile.key if isinstance(owner, Viewer) else owner.key) for owner in owners]


for kind in (Viewer, Customer):
    extend(kind)(batched(cart))


async def _cart(info: Info, person: UUID) -> Cart | None:
    """At most one person asks for what is theirs, so that this reads once."""
    if person != info.context.actor.person:
        return None
    key = await queries.latest_open(info.context, person, selling(info).market.key)
    return await load_cart(info, key)
