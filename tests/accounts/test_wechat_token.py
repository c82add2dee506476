"""The access token of an app: one for all processes, fetched by one of them."""

import asyncio
from collections.abc import Callable

import httpx
import pytest
import redis.asyncio as redis

from commerce.accounts.providers import wechat_token
from commerce.accounts.providers.wechat_token import AccessToken, TokenRejected, WechatApp
from commerce.kit.outside import Outside, Unanswered
from commerce.kit.sealing import Vault
from tests.conftest import SECRET, TestClock
from tests.wechat_fake import API, MINI, SECRETS, WechatFake

Make = Callable[..., AccessToken]


@pytest.fixture
def wechat() -> WechatFake:
    return WechatFake()


@pytest.fixture
def process(wechat: WechatFake, cache: redis.Redis, clock: TestClock) -> Make:
    """Makes what one process knows of the token."""

    def make(cache: redis.Redis | None = cache, secret: str = SECRETS[MINI], vault: str = SECRET) -> AccessToken:
        way = Outside()
        way.mounts = {API: httpx.ASGITransport(wechat.app)}
        return AccessToken(WechatApp(MINI, secret), way, API, cache, Vault([vault]), clock)

    return make


async def test_processes_that_want_it_at_once_fetch_it_once(process: Make, wechat: WechatFake) -> None:
    async def slowly() -> None:
        await asyncio.sleep(0.1)

    wechat.outage = slowly
    tokens = await asyncio.gather(*(one.present() for one in [process() for _ in range(5)] * 3))
    assert len(set(tokens)) == 1
    assert wechat.count("/cgi-bin/stable_token") == 1


async def test_processes_whose_token_was_refused_renew_it_once(process: Make, wechat: WechatFake) -> None:
    processes = [process() for _ in range(5)]
    [old] = set(await asyncio.gather(*(one.present() for one in processes)))
    wechat.tokens.clear()
    renewed = await asyncio.gather(*(one.after(old) for one in processes))
    assert len(set(renewed)) == 1
    assert renewed[0] != old
    assert wechat.count("/cgi-bin/stable_token") == 2


async def test_process_that_died_while_it_fetched_holds_up_nobody_for_long(
    process: Make, wechat: WechatFake, cache: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wechat_token, "WAITED", 0.2)
    turn = f"wechat:token:{{{MINI}}}:turn"
    await cache.set(turn, "of the dead", ex=15)
    assert await process().present() in wechat.tokens
    assert await cache.get(turn) == b"of the dead", "nobody ends the turn of another"


async def test_turn_ends_also_when_nothing_could_be_fetched(
    process: Make, wechat: WechatFake, cache: redis.Redis
) -> None:
    with pytest.raises(TokenRejected):
        await process(secret="wrong").present()
    assert await cache.keys("wechat:*") == []

    async def away() -> None:
        raise httpx.ConnectError("away")

    wechat.outage = away
    with pytest.raises(Unanswered):
        await process().present()
    assert await cache.keys("wechat:*") == []


async def test_token_that_another_key_has_sealed_is_fetched_anew(process: Make, wechat: WechatFake) -> None:
    first = await process().present()
    assert await process(vault="another secret, also thirty-two long").present() == first
    assert wechat.count("/cgi-bin/stable_token") == 2
