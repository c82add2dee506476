"""What is behind the masks of a customer is shown for a reason, to those who may see it where the customer is known."""

from typing import Any
from uuid import UUID

import pytest

from commerce.channels import queries as channels
from commerce.kit import ids
from commerce.kit.actor import Actor, ActorKind, Permission
from commerce.kit.people import reveals
from tests.accounts.factory import make_staff
from tests.conftest import Client, ShopUnderTest
from tests.customers.documents import ADDRESS_CREATE
from tests.customers.factory import act_as, make_customer
from tests.shopfront import ADDRESSES, open_shop

REVEAL = """mutation($id: ID!) { personalDataReveal(input: {id: $id, reason: "Called about a parcel"}) {
  personalData { name emails phones addresses { name lines } } userErrors { code }
} }"""
BOTH = {Permission.CUSTOMERS_READ, Permission.PERSONAL_DATA_READ}


@pytest.fixture
async def mia(shop: ShopUnderTest, client: Client) -> UUID:
    goods = await open_shop(shop)
    mia = await make_customer(shop, phone="+12015550123", channels=[goods.channels["web"]])
    act_as(client, mia)
    await client(ADDRESS_CREATE, input={"address": {**ADDRESSES["US"], "country": "US"}})
    shop.acting = None
    return mia


async def seen(shop: ShopUnderTest, key: UUID, **held: set[Permission]) -> Any:
    """What the customer's part shows to staff that holds permissions in channels."""
    context = shop.context()
    async with shop.database.session() as session:
        keys = {market.code: market.key for market in await channels.markets(session)}
    within = {keys[code]: frozenset(permissions) for code, permissions in held.items() if code in keys}
    context.actor = Actor(ActorKind.STAFF, key, frozenset(held.get("everywhere", ())), within=within)
    return await reveals["customer"](context, key)


async def test_only_who_may_see_both_in_one_channel_sees_it(shop: ShopUnderTest, mia: UUID) -> None:
    for held in (
        {},
        {"asia": BOTH},
        {"web": {Permission.CUSTOMERS_READ}},
        {"web": {Permission.PERSONAL_DATA_READ}},
        {"web": {Permission.CUSTOMERS_READ}, "asia": {Permission.PERSONAL_DATA_READ}},
        {"everywhere": {Permission.PERSONAL_DATA_READ}},
    ):
        assert await seen(shop, mia, **held) is None, held
    for held in (
        {"web": BOTH},
        {"everywhere": BOTH},
        {"everywhere": {Permission.PERSONAL_DATA_READ}, "web": {Permission.CUSTOMERS_WRITE}},
    ):
        shown = await seen(shop, mia, **held)
        assert (shown.name, shown.emails, shown.phones) == ("Mia Park", ("mia@example.com",), ("+12015550123",))
        assert list(shown.addresses[0]["lines"]) == ["1 Pier St"]


async def test_it_is_shown_through_the_api(shop: ShopUnderTest, client: Client, mia: UUID) -> None:
    ada = await make_staff(shop)
    shop.acting = Actor(ActorKind.STAFF, ada.id, frozenset(BOTH))
    shown = (await client(REVEAL, id=ids.encode("customer", mia)))["personalDataReveal"]
    assert shown["personalData"]["emails"] == ["mia@example.com"]
    assert shown["personalData"]["addresses"][0]["lines"] == ["1 Pier St"]
