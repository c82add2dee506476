"""The server's side of a connection, with the bounds that uvicorn leaves to others."""

import asyncio
from typing import Any

import orjson
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_PATIENCE = 10.0
"""Seconds in which the head of a request must have arrived, from its first byte or from the connection on."""
LARGEST_HEAD = 64 * 1024


class BoundedProtocol(HttpToolsProtocol):
    """Closes connections that send the head of a request too slowly or without end, and says 400 in JSON."""

    _late: asyncio.TimerHandle | None = None
    """Runs while a head is due. One that comes whole, as nearly all do, starts it once for its connection."""
    _is_in_head = True
    _head = 0

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._expect()

    def connection_lost(self, exc: Exception | None) -> None:
        self._arrived()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        self._is_in_head = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._is_in_head = False
        super().on_headers_complete()

    def data_received(self, data: bytes) -> None:
        if self._head > LARGEST_HEAD:
            self.send_400_response("The head of the request is too large.")
            return
        super().data_received(data)
        if self._is_in_head:
            self._head += len(data)
            self._expect()
        elif self._late is not None:
            self._arrived()

    def send_400_response(self, msg: str) -> None:
        body = orjson.dumps({"errors": [{"message": msg, "extensions": {"code": "BAD_REQUEST"}}]})
        head = "HTTP/1.1 400 Bad Request\r\ncontent-type: application/json; charset=utf-8\r\nconnection: close\r\n"
        self.transport.write(f"{head}content-length: {len(body)}\r\n\r\n".encode() + body)
        self.transport.close()

    def _expect(self) -> None:
        """The head of a request is due."""
        if self._late is None:
            self._late = self.loop.call_later(HEAD_PATIENCE, self.timeout_keep_alive_handler)

    def _arrived(self) -> None:
        self._head = 0
        if self._late is not None:
            self._late.cancel()
            self._late = None
