"""What developers read of the messages that their shop writes. Only there at a developer's desk."""

from collections.abc import Callable
from html import escape
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from commerce.kit.context import Context
from commerce.messages import actions
from commerce.messages.values import Kept

MOST = 50
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Messages</title>
<style>
body {{ font: 15px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; color: #222; }}
article {{ border: 1px solid #ddd; border-radius: 6px; padding: .8rem 1rem; margin: 1rem 0; }}
h2 {{ font-size: 1rem; margin: .3rem 0; }} p {{ color: #666; margin: 0; }} pre {{ white-space: pre-wrap; font: inherit; margin: .6rem 0 0; }}
</style></head><body>
<h1>Messages</h1>
<p>What this shop wrote to people, newest first. Load the page again to see more. As JSON: <a href="?format=json">?format=json</a></p>
{messages}
</body></html>
"""
_MESSAGE = """<article><p>{kind} to {recipient} · {at} · {state}</p><h2>{subject}</h2><pre>{text}</pre></article>
"""


class DevMessages:
    """The page with the messages written last."""

    def __init__(self, new_context: Callable[[], Context]) -> None:
        self._new_context = new_context

    def routes(self) -> list[Route]:
        return [Route("/dev/messages", self._show, methods=["GET"])]

    async def _show(self, request: Request) -> Response:
        kept = await actions.latest(self._new_context(), MOST)
        wants_json = request.query_params.get("format") == "json" or "application/json" in request.headers.get(
            "accept", ""
        )
        if wants_json:
            return JSONResponse({"messages": [_document(one) for one in kept]}, headers=_HEADERS)
        shown = "".join(map(_html, kept)) or "<p>None yet.</p>"
        return HTMLResponse(_PAGE.format(messages=shown), headers=_HEADERS)


def _document(kept: Kept) -> dict[str, Any]:
    message = kept.message
    return {
        "id": message.reference,
        "kind": message.recipient.kind,
        "recipient": message.recipient.address,
        "template": message.template,
        "subject": message.subject,
        "text": message.text,
        "facts": dict(message.facts),
        "locales": list(message.locales),
        "writtenAt": message.written_at.isoformat(),
        "state": kept.state,
        "fault": kept.fault,
    }


def _html(kept: Kept) -> str:
    message, fault = kept.message, f" ({kept.fault})" if kept.fault else ""
    shown = {
        "kind": message.recipient.kind,
        "recipient": message.recipient.address,
        "at": f"{message.written_at:%Y-%m-%d %H:%M:%S} UTC",
        "state": f"{kept.state}{fault}",
        "subject": message.subject,
        "text": message.text,
    }
    return _MESSAGE.format_map({name: escape(str(value)) for name, value in shown.items()})
