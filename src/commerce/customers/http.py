"""Where people fetch the archive of what we know of them."""

from collections.abc import Callable
from uuid import UUID

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from commerce.customers import actions
from commerce.kit.context import Context

_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Disposition": 'attachment; filename="personal-data.zip"',
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class Archives:
    """The address of an archive is the key to it; a wrong one and one whose time is over are told alike."""

    def __init__(self, new_context: Callable[[], Context]) -> None:
        self._new_context = new_context

    def routes(self) -> list[Route]:
        return [Route("/personal-data/{key}", self._fetch, methods=["GET"])]

    async def _fetch(self, request: Request) -> Response:
        key, signature = _key(request.path_params["key"]), request.query_params.get("signature", "")
        found = await actions.open_export(self._new_context(), key, signature) if key else None
        if found is None:
            return JSONResponse({"error": "NOT_FOUND"}, 404, headers={"Cache-Control": "no-store"})
        return Response(found, media_type="application/zip", headers=_HEADERS)


def _key(text: str) -> UUID | None:
    try:
        return UUID(hex=text)
    except ValueError:
        return None
