"""Asking services outside the shop, by HTTP: with time-outs, without redirects, and without a word of it in the log.

Addresses and bodies hold secrets of the shop and of people. So a fault names the host that was asked, and nothing else.
"""

import asyncio
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    import httpx

PATIENCE = 10.0
"""Seconds after which an answer is no longer waited for."""
CONNECTING = 3.0
LONGEST = 1_000_000
"""Bytes that an answer may have."""


class Unanswered(Exception):
    """No answer came that could be read. Whether the service did what it was asked, is not known."""

    def __init__(self, host: str, reason: str) -> None:
        super().__init__(f"{host}: {reason}")
        self.host = host
        self.reason = reason


@dataclass(frozen=True, slots=True, repr=False)
class Answer:
    """What a service said."""

    host: str
    status: int
    body: bytes

    def document(self) -> dict[str, Any]:
        """The JSON object that came, whatever type it was declared as."""
        try:
            found = json.loads(self.body)
        except (ValueError, RecursionError):  # the latter for lists in lists in lists
            found = None
        if not isinstance(found, dict):
            raise Unanswered(self.host, f"{self.status} without a JSON object")
        return found


class Outside:
    """The way to services outside. It is opened when something is first asked, so that a shop that asks nobody is small."""

    def __init__(self) -> None:
        self.mounts: dict[str, Any] = {}
        """Transports of its own for some addresses, such as `https://api.weixin.qq.com`; for tests."""
        self._client: httpx.AsyncClient | None = None

    async def ask(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        document: Any = None,
        content: bytes | None = None,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
    ) -> Answer:
        """The answer of a service, whatever its status. Unanswered when none came in time."""
        host = urlsplit(url).hostname or ""
        client = self._client or self._open()
        try:
            async with (
                asyncio.timeout(PATIENCE),
                client.stream(
                    method,
                    url,
                    params=params,
                    json=document,
                    content=content,
                    data=form,
                    headers=headers,
                    auth=auth,
                ) as response,
            ):
                return Answer(host, response.status_code, await _body(response, host))
        except TimeoutError:
            raise Unanswered(host, "no answer in time") from None
        except _client_errors() as error:  # what it says may quote the address
            raise Unanswered(host, type(error).__name__) from None

    def _open(self) -> "httpx.AsyncClient":
        import httpx  # noqa: PLC0415  (it takes memory and a moment, and few processes need it)

        for name in ("httpx", "httpcore"):
            logging.getLogger(name).setLevel(logging.WARNING)  # they would log addresses
        self._client = httpx.AsyncClient(
            timeout=httpx.Timeout(PATIENCE, connect=CONNECTING), mounts=self.mounts, follow_redirects=False
        )
        return self._client

    async def close(self) -> None:
        if self._client is not None:
            await self._client.aclose()


async def _body(response: "httpx.Response", host: str) -> bytes:
    body = bytearray()
    async for part in response.aiter_bytes():
        body += part
        if len(body) > LONGEST:
            raise Unanswered(host, "an answer that is too long")
    return bytes(body)


def _client_errors() -> tuple[type[Exception], ...]:
    """What the network, and the client that speaks to it, may raise."""
    import httpx  # noqa: PLC0415

    return (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError)
