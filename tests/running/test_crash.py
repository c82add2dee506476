"""A server that is killed between the steps of a purchase: afterwards the order is complete or released, never half."""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from commerce.kit import ids
from commerce.kit.db import Database
from commerce.kit.jobs import drain
from commerce.orders import queries as orders
from commerce.payments import actions as payments
from commerce.settings import Environment, Settings
from commerce.shop import Shop
from tests.conftest import SECRET
from tests.inventory.factory import check_books
from tests.shopfront import COMPLETE, Goods, open_shop, ready_checkout

pytestmark = pytest.mark.slow


class Server:
    """A real server process over a database."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url, self.folder = url, folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.http = httpx.AsyncClient(base_url=f"http://127.0.0.1:{self.port}", timeout=60)
        self.process: subprocess.Popen[bytes] | None = None

    async def start(self) -> None:
        environment = {
            **os.environ,
            "DATABASE_URL": self.url,
            "COMMERCE_ENV": "dev",
            "COMMERCE_SECRET": SECRET,
            "COMMERCE_DATA": str(self.folder),
            "COMMERCE_MEDIA": str(self.folder / "media"),
            "COMMERCE_LOG_LEVEL": "ERROR",
        }
        command = [sys.executable, "-m", "commerce", "serve", "--port", str(self.port)]
        self.process = subprocess.Popen(command, env=environment)  # noqa: ASYNC220
        for _ in range(300):
            with contextlib.suppress(httpx.TransportError):
                if (await self.http.get("/healthz")).status_code == 200:
                    return
            await asyncio.sleep(0.1)
        raise TimeoutError("the server does not answer")

    def kill(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    async def __call__(self, query: str, headers: dict[str, str] | None = None, **variables: Any) -> dict[str, Any]:
        answer = await self.http.post("/graphql", json={"query": query, "variables": variables}, headers=headers)
        body = answer.json()
        assert "errors" not in body, body["errors"]
        data: dict[str, Any] = body["data"]
        return data


@pytest.fixture
async def server(empty_shop_url: str, tmp_path: Path) -> AsyncIterator[Server]:
    server = Server(empty_shop_url, tmp_path)
    await server.start()
    yield server
    server.kill()
    await server.http.aclose()


@contextlib.asynccontextmanager
async def shop_at(url: str, folder: Path, later: timedelta = timedelta()) -> AsyncIterator[Shop]:
    """The same shop as a worker sees it, perhaps some minutes later."""
    settings = Settings(env=Environment.DEV, secret=SECRET, data=folder, media=folder / "media")
    database = await Database.connect(url, 5, 20)
    try:
        yield Shop(settings, database, clock=lambda: datetime.now(UTC) + later)
    finally:
        await database.close()


async def prepared(server: Server) -> tuple[Goods, dict[str, Any]]:
    async with shop_at(server.url, server.folder) as shop:
        goods = await open_shop(shop)
    return goods, await ready_checkout(server, goods)


@pytest.mark.parametrize(
    ("token", "kill_after", "status", "held"),
    [
        ("test_slow", 1.5, "CANCELED", (100, 0, 0)),  # placed and committed, the provider not asked yet
        ("test_slow_answer", 1.5, "PROCESSING", (100, 0, 2)),  # charged, but the answer was not noted
    ],
)
async def test_killed_between_the_steps_of_a_purchase(
    server: Server, token: str, kill_after: float, status: str, held: tuple[int, int, int]
) -> None:
    goods, checkout = await prepared(server)
    given = {
        "checkoutId": checkout["id"],
        "expectedTotal": checkout["totals"]["total"]["amount"],
        "idempotencyKey": "the-purchase",
        "paymentToken": token,
    }
    request = asyncio.create_task(server(COMPLETE, input=given))
    await asyncio.sleep(kill_after)
    server.kill()
    with pytest.raises(httpx.TransportError):
        await request
    await server.start()
    async with shop_at(server.url, server.folder, timedelta(minutes=2)) as shop:
        await payments.check_open(shop.context())
        await drain(shop.context())
        async with shop.database.session() as session:
            from sqlalchemy import text  # noqa: PLC0415

            [key] = (await session.execute(text("select id from orders_order"))).scalars()
            level = await session.execute(
                text("select on_hand, reserved, committed from inventory_stock where variant_id = :key"),
                {"key": goods.variants["MUG"]},
            )
            assert tuple(level.one()) == held
        [order] = await orders.orders_by_key(shop.context(), [key])
        assert order is not None
        assert order.status == status
        await check_books(shop)
    payload = (await server(COMPLETE, input=given))["checkoutComplete"]
    if status == "PROCESSING":
        assert payload["userErrors"] == []
        assert payload["order"]["id"] == ids.encode("order", key)
        assert payload["order"]["paymentStatus"] == "PAID"
    else:
        assert [error["code"] for error in payload["userErrors"]] == ["PAYMENT_DECLINED"]
        assert payload["checkout"]["cart"]["isOpen"] is True
        again = {**given, "idempotencyKey": "another-try", "paymentToken": "test_success"}
        assert (await server(COMPLETE, input=again))["checkoutComplete"]["order"]["paymentStatus"] == "PAID"


async def test_killed_while_placing_leaves_nothing_behind(server: Server) -> None:
    """The first step is one transaction: a kill in the middle of it is as if it had never begun."""
    goods, checkout = await prepared(server)
    given = {
        "checkoutId": checkout["id"],
        "expectedTotal": checkout["totals"]["total"]["amount"],
        "idempotencyKey": "the-purchase",
    }
    async with shop_at(server.url, server.folder) as shop, shop.database.session() as session:
        from sqlalchemy import text  # noqa: PLC0415

        await session.execute(text("select 1 from inventory_stock for update"))
        request = asyncio.create_task(server(COMPLETE, input=given))
        await asyncio.sleep(1)
        server.kill()
        with pytest.raises(httpx.TransportError):
            await request
    await server.start()
    async with shop_at(server.url, server.folder) as shop, shop.database.session() as session:
        for table in ("orders_order", "payments_payment", "inventory_reservation", "kit_idempotency_key"):
            assert (await session.execute(text(f"select count(*) from {table}"))).scalar_one() == 0
    assert goods.variants
    payload = (await server(COMPLETE, input=given))["checkoutComplete"]
    assert payload["order"]["paymentStatus"] == "PAID"
