"""The access token by which the shop itself is known to WeChat: one for all processes, for two hours.

It is kept in Redis, sealed. Whoever finds none fetches the next while the others wait for a moment; without Redis each
process fetches and keeps its own, which WeChat's `stable_token` answers with the same token.
"""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import redis.asyncio as redis
import structlog

from commerce.kit.clock import Clock
from commerce.kit.outside import Outside
from commerce.kit.sealing import Unreadable, Vault

SPARE = timedelta(minutes=5)
"""How long before its end a token is no longer used: from then on WeChat gives out the next."""
HELD = 15
"""Seconds after which a process that died while it fetched no longer holds up the others."""
WAITED = 5.0
PAUSE = 0.05
"""Seconds that a process waits for the one that fetches, and between two looks."""
_AWAY = (redis.RedisError, OSError)
_FREE = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0"

log = structlog.get_logger()


class TokenRejected(Exception):
    """WeChat does not take an access token, or any more."""


@dataclass(frozen=True, slots=True)
class WechatApp:
    """An app of the shop's at WeChat."""

    appid: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, repr=False)
class _Token:
    text: str
    until: datetime


class AccessToken:
    """The access token of one app."""

    def __init__(
        self, app: WechatApp, outside: Outside, base: str, cache: "redis.Redis | None", vault: Vault, clock: Clock
    ) -> None:
        self._app = app
        self._outside = outside
        self._url = f"{base.rstrip('/')}/cgi-bin/stable_token"
        self._cache = cache
        self._vault = vault
        self._clock = clock
        self._own: _Token | None = None
        self._turn = asyncio.Lock()
        self._name = f"wechat:token:{{{app.appid}}}"
        self._turn_name = f"{self._name}:turn"

    async def present(self) -> str:
        """The token that is good now. Unanswered or TokenRejected if there is none to be had."""
        return self._own.text if self._own and self._is_good(self._own) else await self._next(None)

    async def after(self, rejected: str) -> str:
        """The token after one that WeChat has refused."""
        return await self._next(rejected)

    async def _next(self, rejected: str | None) -> str:
        async with self._turn, self._alone():
            known = await self._known()
            if known is None or known.text == rejected:
                known = await self._fetched(rejected)
                await self._keep(known)
            self._own = known
            return known.text

    def _is_good(self, token: _Token) -> bool:
        return token.until > self._clock()

    async def _known(self) -> _Token | None:
        """What another process, or this one, has fetched."""
        found = [self._own] if self._own else []
        if self._cache is not None:
            with contextlib.suppress(*_AWAY, Unreadable):
                sealed: Any = await self._cache.get(self._name)
                kept = self._vault.open_document("wechat_token", sealed)
                found = [_Token(kept["text"], datetime.fromisoformat(kept["until"])), *found] if kept else found
        return next((token for token in found if self._is_good(token)), None)

    async def _keep(self, token: _Token) -> None:
        if self._cache is None:
            return
        document = {"text": token.text, "until": token.until.isoformat()}
        seconds = max(1, int((token.until - self._clock()).total_seconds()))
        with contextlib.suppress(*_AWAY):
            await self._cache.set(self._name, self._vault.seal_document("wechat_token", document) or b"", ex=seconds)

    async def _fetched(self, rejected: str | None) -> _Token:
        """The token that WeChat holds for the present one; a new one by force only if that is the one that was refused."""
        token = await self._asked(by_force=False)
        return await self._asked(by_force=True) if token.text == rejected else token

    async def _asked(self, *, by_force: bool) -> _Token:
        document: dict[str, Any] = {
            "grant_type": "client_credential",
            "appid": self._app.appid,
            "secret": self._app.secret,
            "force_refresh": by_force,
        }
        said = (await self._outside.ask("POST", self._url, document=document)).document()
        text, seconds = said.get("access_token"), said.get("expires_in")
        if not isinstance(text, str) or not isinstance(seconds, int):
            log.error("identity provider refused us", path="/cgi-bin/stable_token", errcode=said.get("errcode"))
            raise TokenRejected
        return _Token(text, self._clock() + max(timedelta(seconds=seconds) - SPARE, timedelta(seconds=1)))

    @contextlib.asynccontextmanager
    async def _alone(self) -> AsyncIterator[None]:
        """One process at a time, as far as Redis can see to it."""
        mine = secrets.token_hex(8)
        has_turn = await self._takes_turn(mine)
        try:
            yield
        finally:
            if has_turn and self._cache is not None:
                with contextlib.suppress(*_AWAY):
                    await self._cache.eval(_FREE, 1, self._turn_name, mine)

    async def _takes_turn(self, mine: str) -> bool:
        """Wait for our turn. False without Redis, or when whoever has it takes too long: then we go ahead all the same."""
        if self._cache is None:
            return False
        with contextlib.suppress(*_AWAY):
            for _ in range(int(WAITED / PAUSE)):
                if await self._cache.set(self._turn_name, mine, nx=True, ex=HELD):
                    return True
                await asyncio.sleep(PAUSE)
        return False
