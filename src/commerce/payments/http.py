"""How providers reach us, and the page of the test provider."""

from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from commerce.kit.context import Context
from commerce.kit.http import Malformed
from commerce.kit.http.request import read_body
from commerce.payments import actions
from commerce.payments.errors import BadSignature
from commerce.payments.providers import Providers
from commerce.payments.providers.test import TestProvider

LARGEST_MESSAGE = 256 * 1024


class Webhooks:
    """The addresses that payment providers call."""

    def __init__(self, shop_context: Context) -> None:
        self.shop_context = shop_context

    async def receive(self, request: Request) -> Response:
        """Verify, store once, answer; the work is a job's."""
        context, name = self.shop_context.afresh(), request.path_params["provider"]
        try:
            body = await read_body(request.receive, LARGEST_MESSAGE)
        except Malformed as malformed:
            return JSONResponse({"error": malformed.code}, malformed.status)
        if name not in context[Providers]:
            return JSONResponse({"error": "NOT_FOUND"}, 404)
        try:
            message = context[Providers][name].parse_webhook(body, request.headers, context.now())
        except BadSignature:
            return JSONResponse({"error": "BAD_SIGNATURE"}, 400)
        await actions.receive(context, name, message)
        return JSONResponse({"received": True})

    async def show(self, request: Request) -> Response:
        """The page on which a customer approves a test payment."""
        reference = escape(request.path_params["reference"])
        return HTMLResponse(
            f"<!doctype html><meta charset=utf-8><title>Test payment</title><h1>Test payment</h1><p>{reference}</p>"
            "<form method=post><button name=answer value=approve>Approve</button> "
            "<button name=answer value=decline>Decline</button></form>"
        )

    async def decide(self, request: Request) -> Response:
        provider = self.shop_context[Providers]["test"]
        assert isinstance(provider, TestProvider)
        try:
            body = await read_body(request.receive, LARGEST_MESSAGE)
        except Malformed as malformed:
            return JSONResponse({"error": malformed.code}, malformed.status)
        reference = request.path_params["reference"].replace("\0", "")  # PostgreSQL keeps no NUL
        await provider.decide(reference, approves=b"answer=approve" in body)
        return RedirectResponse(request.url.path + "?done", 303)

    def routes(self) -> list[Route]:
        found = [Route("/webhooks/payments/{provider}", self.receive, methods=["POST"])]
        if "test" in self.shop_context[Providers]:
            found.append(Route("/payments/test/{reference}", self.show, methods=["GET"]))
            found.append(Route("/payments/test/{reference}", self.decide, methods=["POST"]))
        return found
