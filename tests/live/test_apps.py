"""Apps that follow something: by a stream that they sign once, or over a socket by their token."""

import orjson
import pytest
from starlette.types import ASGIApp

from commerce.kit.actor import Permission
from tests.accounts.documents import signed_in
from tests.accounts.factory import make_staff
from tests.accounts.test_apps import REVOKE, Integrator, made
from tests.conftest import Client, ShopUnderTest, TestClock
from tests.live.conftest import Bought
from tests.live.test_orders import mark_paid, told
from tests.live.wire import FOLLOW, PROTOCOL, Events, Socket


@pytest.fixture
async def erp(shop: ShopUnderTest, client: Client, clock: TestClock, bought: Bought) -> Integrator:
    del bought  # it is there before
    await make_staff(shop, permissions=[*Permission])
    await signed_in(client)
    return await made(shop, client, clock, permissions=["ORDERS_READ"])


async def test_a_stream_is_signed_once_and_goes_on(
    client: Client, app: ASGIApp, bought: Bought, erp: Integrator, clock: TestClock
) -> None:
    body = orjson.dumps({"query": FOLLOW, "variables": {"id": bought.id}})
    header = erp.signature(body)
    events = Events(app, FOLLOW, {"id": bought.id}, authorization=header)
    assert (await events.head())[0] == 200
    assert (await events.hear())["data"]["orderUpdated"]["status"] == "PENDING"
    clock.advance(minutes=10)
    await mark_paid(client, bought.id)
    assert (await events.hear())["data"]["orderUpdated"]["paymentStatus"] == "PAID"
    await events.leave()
    again = Events(app, FOLLOW, {"id": bought.id}, authorization=header)
    assert (await again.head())[0] == 401
    await again.done()


async def test_a_stream_ends_with_its_token(client: Client, app: ASGIApp, bought: Bought, erp: Integrator) -> None:
    body = orjson.dumps({"query": FOLLOW, "variables": {"id": bought.id}})
    events = Events(app, FOLLOW, {"id": bought.id}, authorization=erp.signature(body))
    assert (await events.head())[0] == 200
    await events.hear()
    await client(REVOKE, id=erp.key)
    await mark_paid(client, bought.id)
    assert [error["extensions"]["code"] for error in (await events.hear())["errors"]] == ["UNAUTHENTICATED"]
    await events.words()
    await events.done()


async def test_a_socket_is_opened_by_the_token_and_not_by_a_signature(
    app: ASGIApp, bought: Bought, erp: Integrator
) -> None:
    socket = await Socket.open(app, {"Authorization": f"Bearer {erp.secret}"})
    socket.subscribe("1", FOLLOW, id=bought.id)
    assert (await told(socket))["status"] == "PENDING"
    await socket.leave()
    signed = Socket(app, PROTOCOL)
    await signed.next()
    signed.say({"type": "connection_init", "payload": {"Authorization": erp.signature(b"", "GET")}})
    assert await signed.closed() == (4403, "Forbidden")
