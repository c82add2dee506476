"""People who are forgotten, or become one, while they are still at work."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from commerce.accounts.actions import challenges
from commerce.accounts.values import Purpose
from commerce.customers import actions as customers
from commerce.kit import ids, people
from commerce.kit.actor import Actor, ActorKind
from commerce.kit.db import Session
from commerce.kit.jobs import drain
from commerce.orders import actions as orders
from tests.accounts.arrivals import MERGE
from tests.accounts.documents import REFRESH, send_code, sign_in_by_code, signed_in_by_code
from tests.accounts.letters import code_for
from tests.conftest import Client, ShopUnderTest
from tests.races.factory import number
from tests.shopfront import complete, make_person, open_shop, ready_checkout

pytestmark = pytest.mark.race

MIA = "mia@example.com"
PATIENCE = 10.0
_WAITING = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"


class Gate:
    """Where somebody is stopped, until they may go on."""

    def __init__(self) -> None:
        self.reached, self.opened = asyncio.Event(), asyncio.Event()

    async def pass_through(self) -> None:
        self.reached.set()
        await self.opened.wait()

    def before(self, work: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def stopped(*args: Any, **named: Any) -> Any:
            await self.pass_through()
            return await work(*args, **named)

        return stopped


async def somebody_waits(shop: ShopUnderTest) -> None:
    """Go on once a transaction waits for another one."""
    async with asyncio.timeout(PATIENCE):
        while not await number(shop, _WAITING):  # noqa: ASYNC110  (PostgreSQL tells nobody)
            await asyncio.sleep(0.02)


async def to_be_forgotten(shop: ShopUnderTest, person: UUID) -> UUID:
    """A request of somebody whose time to think better of it is over."""
    async with shop.context().transaction() as session:
        return await customers.request_erasure(session, Actor(ActorKind.CUSTOMER, person), person, 0)


@asynccontextmanager
async def forgetting(shop: ShopUnderTest, person: UUID, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Gate]:
    """Somebody is just being forgotten: their account is held. They are once the gate is opened."""
    gate, key = Gate(), await to_be_forgotten(shop, person)

    async def stop(_session: Session, _person: UUID) -> None:
        await gate.pass_through()

    monkeypatch.setitem(people.erasures, "a part that takes long", stop)
    task = asyncio.create_task(customers.erase(shop.context(), key))
    await gate.reached.wait()
    yield gate
    gate.opened.set()
    async with asyncio.timeout(PATIENCE):
        await task


async def key_of(shop: ShopUnderTest) -> UUID:
    """The one account that there is."""
    [(key,)] = await shop.database.rows(text("select id from accounts_account"))
    return UUID(str(key))


async def test_whoever_is_forgotten_while_they_renew_their_session_is_told_that_it_is_over(
    racing_shop: ShopUnderTest, racing_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens = (await signed_in_by_code(racing_client, email=MIA))["tokens"]
    racing_client.token = None
    async with forgetting(racing_shop, await key_of(racing_shop), monkeypatch) as gate:
        task = asyncio.create_task(racing_client(REFRESH, token=tokens["refreshToken"]))
        await somebody_waits(racing_shop)
        gate.opened.set()
    assert [error["code"] for error in (await task)["tokenRefresh"]["userErrors"]] == ["CREDENTIAL_REJECTED"]


async def test_whoever_is_forgotten_while_they_sign_in_is_kept_out(
    racing_shop: ShopUnderTest, racing_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    await signed_in_by_code(racing_client, email=MIA)
    racing_client.token = None
    racing_shop.clock.advance(minutes=2)  # type: ignore[attr-defined]
    sent = await send_code(racing_client, email=MIA)
    code = await code_for(racing_shop, MIA)
    async with forgetting(racing_shop, await key_of(racing_shop), monkeypatch) as gate:
        task = asyncio.create_task(sign_in_by_code(racing_client, sent["challengeId"], code))
        await somebody_waits(racing_shop)
        gate.opened.set()
    assert [error["code"] for error in (await task)["userErrors"]] == ["CREDENTIAL_REJECTED"]
    assert await number(racing_shop, "select count(*) from accounts_challenge where contact is not null") == 0


async def test_an_order_that_is_placed_while_its_customer_is_forgotten_keeps_its_address_and_them(
    racing_shop: ShopUnderTest, racing_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    racing_shop.acting = person = await make_person(racing_shop, email=MIA)
    assert person.id is not None
    checkout = await ready_checkout(racing_client, await open_shop(racing_shop))
    before = await number(racing_shop, "select count(*) from orders_order")
    gate, key = Gate(), await to_be_forgotten(racing_shop, person.id)
    monkeypatch.setattr("commerce.orders.actions.place", gate.before(orders.place))
    bought = asyncio.create_task(complete(racing_client, checkout))
    await gate.reached.wait()
    forgotten = asyncio.create_task(customers.erase(racing_shop.context(), key))
    await somebody_waits(racing_shop)
    gate.opened.set()
    payload, _ = await asyncio.gather(bought, forgotten, return_exceptions=True)
    assert not isinstance(payload, BaseException), payload
    assert payload["userErrors"] == []
    assert await number(racing_shop, "select count(*) from orders_order where email is not null") == before + 1
    assert await number(racing_shop, "select count(*) from accounts_account where is_active") == 1
    await drain(racing_shop.context())
    assert await number(racing_shop, "select count(*) from customers_erasure where state = 'REQUESTED'") == 1


async def test_an_order_that_is_placed_while_its_customer_becomes_one_with_another_goes_through(
    racing_shop: ShopUnderTest, racing_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = await make_person(racing_shop, phone="+12015550123")
    racing_shop.clock.advance(minutes=1)  # type: ignore[attr-defined]
    racing_shop.acting = person = await make_person(racing_shop, email=MIA)
    checkout = await ready_checkout(racing_client, await open_shop(racing_shop))
    async with racing_shop.context().transaction() as session:
        hidden = {"other": str(older.id), "is_signed_in": False}
        offer = await challenges.open_for(session, Purpose.MERGE, person.id, hidden)
    gate = Gate()
    monkeypatch.setattr("commerce.orders.actions.place", gate.before(orders.place))
    bought = asyncio.create_task(complete(racing_client, checkout))
    await gate.reached.wait()
    racing_shop.acting = None
    given = {"mergeToken": ids.encode("challenge", offer), "idempotencyKey": "merge"}
    merged = asyncio.create_task(racing_client(MERGE, input=given))
    await somebody_waits(racing_shop)
    gate.opened.set()
    payload = await bought
    assert payload["userErrors"] == []
    assert (await merged)["accountMerge"]["userErrors"] == []
    await drain(racing_shop.context())
    assert await number(racing_shop, f"select count(*) from orders_order where customer_id = '{older.id}'") == 1
