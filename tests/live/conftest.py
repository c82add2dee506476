"""A shop with an order that is followed."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from starlette.types import ASGIApp

from commerce.app import app_of
from commerce.kit.db import PinnedDatabase
from commerce.kit.hub import Hub
from tests.conftest import Client, ShopUnderTest
from tests.live.wire import Wire
from tests.shopfront import UPDATE, complete, open_shop, ready_checkout


@pytest.fixture(autouse=True)
async def wires(shop: ShopUnderTest) -> AsyncIterator[None]:
    """Whatever a test leaves behind ends before its shop does."""
    yield
    await Wire.cut()
    await shop.resources[Hub].close()
    if isinstance(shop.database, PinnedDatabase):
        async with shop.database._one_at_a_time:
            """A statement that was still under way has ended."""


@pytest.fixture
async def app(shop: ShopUnderTest) -> ASGIApp:
    shop.resources[Hub].look_alone = 0.05
    return app_of(shop)


class Bought:
    """An order that waits for a bank transfer, and the checkout that it came from."""

    def __init__(self, order: dict[str, Any], checkout: dict[str, Any]) -> None:
        self.id: str = order["id"]
        self.checkout: str = checkout["id"]


@pytest.fixture
async def bought(shop: ShopUnderTest, client: Client) -> Bought:
    return await buy(shop, client)


async def buy(shop: ShopUnderTest, client: Client) -> Bought:
    checkout = await ready_checkout(client, await open_shop(shop), quantities={"MUG": 2})
    transfer = next(o["id"] for o in checkout["paymentOptions"] if o["code"] == "manual.transfer")
    await client(UPDATE, input={"checkoutId": checkout["id"], "paymentOptionId": transfer})
    return Bought((await complete(client, checkout))["order"], checkout)
