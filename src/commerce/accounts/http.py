"""What others are told who verify our access tokens."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from commerce.accounts.rules.tokens import jwks
from commerce.accounts.values import TokenKeys


def routes(keys: TokenKeys) -> list[Route]:
    """Where the public keys are published. They change only with the settings."""
    document = jwks(keys)

    async def publish(_request: Request) -> Response:
        return JSONResponse(document, headers={"Cache-Control": "public, max-age=3600"})

    return [Route("/.well-known/jwks.json", publish)]
