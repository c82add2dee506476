"""Somebody buys in a WeChat mini-program: on a phone, with calls that are interrupted, and later on the shop's page."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import func, select

from commerce.accounts.models import Account
from commerce.app import app_of
from commerce.orders.models import Order
from commerce.payments.models import TestCharge as Charge
from commerce.settings import Settings
from commerce.shop import Shop
from tests.accounts.arrivals import LINK, RETURN, SIGN_IN, START, reach, with_providers
from tests.accounts.documents import REFRESH
from tests.conftest import ShopUnderTest, TestClock
from tests.shopfront import COMPLETE, Goods, open_shop, ready_checkout
from tests.wechat_fake import MINI, Human, WechatFake

pytestmark = pytest.mark.race

VIEWER = "{ viewer { id name phone } }"


class Interrupted(Exception):
    """The system has cut the program off from the network."""


class Wire(httpx.AsyncBaseTransport):
    """The way from the phone to the shop. It can lose an answer after the shop has done its work."""

    def __init__(self, app: Any) -> None:
        self.shop = httpx.ASGITransport(app)
        self.losing = self.leaving = False
        self.left: list[asyncio.Task[httpx.Response]] = []
        self.seen: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.seen.append(request)
        under_way = asyncio.ensure_future(self.shop.handle_async_request(request))
        if self.leaving:  # the phone gives up while the shop is still at it
            self.leaving = False
            self.left.append(under_way)
            await asyncio.sleep(0.02)
            raise Interrupted
        response = await under_way
        if self.losing:
            self.losing = False
            raise Interrupted
        return response


class MiniProgram:
    """A program as uni-app makes it: no cookies, no `Origin`, no redirects; whatever comes ends in `success`."""

    def __init__(self, shop: Shop, wechat: WechatFake, human: Human) -> None:
        self.wire = Wire(app_of(shop))
        self.http = httpx.AsyncClient(transport=self.wire, base_url="https://shop.test")
        self.wechat, self.human = wechat, human
        self.access: str | None = None
        self.refresh: str | None = None
        self.renewing: asyncio.Task[None] | None = None

    async def request(self, document: str, variables: dict[str, Any], key: str | None = None) -> dict[str, Any]:
        """`uni.request`."""
        headers = {
            "content-type": "application/json",
            "referer": f"https://servicewechat.com/{MINI}/27/page-frame.html",
            "x-client": "wechat_mini/1.2",
            "x-channel": "asia",
            "accept-language": "zh-CN",
            **({"authorization": f"Bearer {self.access}"} if self.access else {}),
            **({"idempotency-key": key} if key else {}),
        }
        answer = await self.http.post("/graphql", json={"query": document, "variables": variables}, headers=headers)
        assert "set-cookie" not in answer.headers
        document_of: dict[str, Any] = answer.json()
        return document_of

    async def send(self, document: str, variables: dict[str, Any], key: str | None = None) -> dict[str, Any]:
        """The data; the token is renewed once where it has expired."""
        answer = await self.request(document, variables, key)
        if _codes(answer) == {"UNAUTHENTICATED"}:
            await self.renew()
            answer = await self.request(document, variables, key)
        assert "errors" not in answer, answer
        data: dict[str, Any] = answer["data"]
        return data

    async def mutate(self, document: str, key: str | None = None, **given: Any) -> dict[str, Any]:
        """A mutation, repeated with its key as long as it is interrupted."""
        key = key or str(uuid4())
        for _ in range(3):
            try:
                [payload] = (await self.send(document, given, key)).values()
            except Interrupted:
                continue
            return dict(payload)
        raise AssertionError("interrupted again and again")

    async def __call__(self, document: str, _headers: Any = None, **variables: Any) -> dict[str, Any]:
        return await self.send(document, variables)

    async def renew(self) -> None:
        """Single flight: whoever comes while a renewal is under way waits for it."""
        if self.renewing is None:
            self.renewing = asyncio.ensure_future(self._renew())
            self.renewing.add_done_callback(lambda _: setattr(self, "renewing", None))
        await asyncio.shield(self.renewing)

    async def _renew(self) -> None:
        token, self.access = self.refresh, None
        try:
            answer = (await self.request(REFRESH, {"token": token}))["data"]["tokenRefresh"]
        except Interrupted:
            answer = (await self.request(REFRESH, {"token": token}))["data"]["tokenRefresh"]
        if answer["tokens"] is None:
            await self.sign_in()
        else:
            self._keep(answer["tokens"])

    async def sign_in(self, *, with_phone: bool = False) -> dict[str, Any]:
        """`uni.login`, and again with a new code where that is interrupted."""
        self.access = None
        while True:
            codes = {"code": self.wechat.login(self.human)}
            if with_phone:
                codes["phoneCode"] = self.wechat.give_phone(self.human)
            try:
                answer = await self.request(SIGN_IN, {"credential": {"wechat": codes}})
            except Interrupted:
                continue
            signed_in: dict[str, Any] = answer["data"]["signIn"]
            assert signed_in["userErrors"] == []
            self._keep(signed_in["tokens"])
            return signed_in

    async def bind_phone(self) -> dict[str, Any]:
        """The button `getPhoneNumber`, and again with new codes where that is interrupted."""
        while True:
            codes = {"code": self.wechat.login(self.human), "phoneCode": self.wechat.give_phone(self.human)}
            try:
                answer = (await self.send(LINK, {"credential": {"wechat": codes}}))["identityLink"]
            except Interrupted:
                continue
            assert answer["userErrors"] == []
            return dict(answer)

    def _keep(self, tokens: dict[str, str]) -> None:
        self.access, self.refresh = tokens["accessToken"], tokens["refreshToken"]


def _codes(answer: dict[str, Any]) -> set[str]:
    return {error["extensions"]["code"] for error in answer.get("errors", ())}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return with_providers(settings)


@pytest.fixture
async def goods(racing_shop: ShopUnderTest) -> Goods:
    return await open_shop(racing_shop)


@pytest.fixture
def wechat(racing_shop: ShopUnderTest) -> WechatFake:
    fake = WechatFake()
    reach(racing_shop, fake)
    return fake


@pytest.fixture
async def phone(racing_shop: ShopUnderTest, wechat: WechatFake) -> AsyncIterator[MiniProgram]:
    program = MiniProgram(racing_shop, wechat, Human("union-1", nickname="小明", phone=("86", "13812345678")))
    yield program
    await program.http.aclose()


async def _count(shop: Shop, table: Any) -> int:
    [[count]] = await shop.database.rows(select(func.count()).select_from(table))
    return int(count)


async def test_somebody_signs_in_buys_and_is_known_on_the_page(
    racing_shop: ShopUnderTest, phone: MiniProgram, goods: Goods, wechat: WechatFake
) -> None:
    assert await phone(VIEWER) == {"viewer": None}
    first = await phone.sign_in()
    phone.wire.losing = True
    bound = await phone.bind_phone()
    assert bound["identity"]["contact"] == "+8613812345678"
    assert (await phone(VIEWER))["viewer"] == {"id": first["viewer"]["id"], "name": None, "phone": "+8613812345678"}

    checkout = await ready_checkout(phone, goods, "CN")
    given = {
        "checkoutId": checkout["id"],
        "expectedTotal": checkout["totals"]["total"]["amount"],
        "idempotencyKey": str(uuid4()),
    }
    phone.wire.losing = True
    paid = await phone.mutate(COMPLETE, given["idempotencyKey"], input=given)
    assert paid["userErrors"] == []
    assert paid["order"]["status"] == "PROCESSING"
    assert await _count(racing_shop, Order) == 1

    again = await phone.mutate(COMPLETE, given["idempotencyKey"], input=given)
    assert again["order"]["number"] == paid["order"]["number"]
    assert await _count(racing_shop, Order) == 1

    on_the_page = await _by_page(racing_shop, wechat, phone.human)
    assert on_the_page["viewer"]["id"] == first["viewer"]["id"]
    assert on_the_page["viewer"]["phone"] == "+8613812345678"
    assert await _count(racing_shop, Account) == 1

    for request in phone.wire.seen:
        assert {"origin", "cookie"} & set(request.headers) == set()


async def _by_page(shop: Shop, wechat: WechatFake, human: Human) -> dict[str, Any]:
    """The same person in a browser within WeChat, which does send an `Origin`."""
    page = httpx.AsyncClient(
        transport=httpx.ASGITransport(app_of(shop)),
        base_url="https://shop.test",
        headers={"origin": "https://shop.example"},
    )

    async def send(document: str, **variables: Any) -> dict[str, Any]:
        answer = await page.post("/graphql", json={"query": document, "variables": variables})
        assert answer.headers["access-control-allow-origin"] == "https://shop.example"
        [payload] = answer.json()["data"].values()
        return dict(payload)

    started = await send(START, provider="wechat_web", url=RETURN)
    state = httpx.URL(started["url"]).params["state"]
    brought = {"challengeId": started["challengeId"], "state": state, "code": wechat.agree(human)}
    return await send(SIGN_IN, credential={"provider": brought})


async def test_call_that_goes_on_after_the_phone_left_happens_once(
    racing_shop: ShopUnderTest, phone: MiniProgram, goods: Goods
) -> None:
    await phone.sign_in()
    checkout = await ready_checkout(phone, goods, "CN")
    key = str(uuid4())
    given = {
        "checkoutId": checkout["id"],
        "expectedTotal": checkout["totals"]["total"]["amount"],
        "idempotencyKey": key,
    }
    phone.wire.leaving = True  # and comes again at once, while the first call is under way
    paid = await phone.mutate(COMPLETE, key, input=given)
    assert paid["userErrors"] == []
    [left] = await asyncio.gather(*phone.wire.left)
    assert left.status_code == 200
    assert await _count(racing_shop, Order) == 1
    assert await _count(racing_shop, Charge) == 1


async def test_sign_in_that_is_interrupted_is_begun_anew_with_a_new_code(
    racing_shop: ShopUnderTest, phone: MiniProgram
) -> None:
    phone.wire.losing = True
    signed_in = await phone.sign_in(with_phone=True)
    assert signed_in["viewer"]["phone"] == "+8613812345678"
    assert await _count(racing_shop, Account) == 1
    assert (await phone(VIEWER))["viewer"]["id"] == signed_in["viewer"]["id"]


async def test_ten_calls_with_an_expired_token_refresh_it_once(
    racing_shop: ShopUnderTest, phone: MiniProgram, clock: TestClock
) -> None:
    signed_in = await phone.sign_in()
    clock.advance(minutes=31)
    answers = await asyncio.gather(*(phone(VIEWER) for _ in range(10)))
    assert {answer["viewer"]["id"] for answer in answers} == {signed_in["viewer"]["id"]}
    refreshed = [request for request in phone.wire.seen if b"tokenRefresh" in request.content]
    assert len(refreshed) == 1


async def test_refresh_whose_answer_was_lost_ends_in_a_new_sign_in(
    racing_shop: ShopUnderTest, phone: MiniProgram, clock: TestClock
) -> None:
    signed_in = await phone.sign_in()
    clock.advance(minutes=31)
    phone.human.nickname = "小红"

    class Losing(Wire):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            if b"tokenRefresh" in request.content and not getattr(self, "has_lost", False):
                self.has_lost = self.losing = True
            return await super().handle_async_request(request)

    phone.wire.__class__ = Losing
    assert (await phone(VIEWER))["viewer"]["id"] == signed_in["viewer"]["id"]
    assert phone.wechat.count("/sns/jscode2session") == 2
    assert await _count(racing_shop, Account) == 1
