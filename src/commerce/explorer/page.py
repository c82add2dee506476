"""Serves the explorer: one page with a strict policy, and its files under an address that changes with them."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from functools import cache
from hashlib import sha256
from html import escape
from pathlib import Path

from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from commerce.explorer.examples import Example

ASSETS = "/graphql/assets"
STATIC = Path(__file__).parent / "static"

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "worker-src": "'self'",
    "style-src": "'self' 'unsafe-inline'",  # Monaco writes its theme and the place of every line as inline styles
    "font-src": "'self'",
    "img-src": "'self' data:",  # the squiggles under mistakes
    "connect-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
}
HEADERS = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": "; ".join(f"{directive} {sources}" for directive, sources in POLICY.items()),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

# The configuration is a data block, which a browser never runs: `script-src` needs no exception for it.
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{assets}/explorer.css">
<script type="application/json" id="explorer-config">{config}</script>
<script type="module" src="{assets}/explorer.js"></script>
</head>
<body><div id="explorer"></div></body>
</html>
"""


class ImmutableFiles(StaticFiles):
    """Files that never change under their address."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response


def routes(prefix: str = ASSETS) -> list[BaseRoute]:
    """Where the files of the page are found. Stand before any mount that covers `prefix`."""
    return [Mount(f"{prefix}/{version()}", ImmutableFiles(directory=STATIC))]


def page(endpoint: str, examples: Sequence[Example], *, prefix: str = ASSETS, title: str = "Commerce") -> HTMLResponse:
    """GraphiQL on `endpoint`, with a tab for each example on the first visit. `prefix` is that of `routes`."""
    config = json.dumps({"endpoint": endpoint, "examples": [asdict(example) for example in examples]})
    return HTMLResponse(
        PAGE.format(
            title=escape(title),
            assets=escape(f"{prefix}/{version()}"),
            config=config.replace("<", "\\u003c"),  # nothing in an example can end the element
        ),
        headers=HEADERS,
    )


@cache
def version() -> str:
    """Hash over the names and the contents of all files."""
    digest = sha256()
    for path in sorted(STATIC.iterdir()):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]
