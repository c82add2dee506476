"""The explorer in a real browser that cannot reach any other host."""

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from graphql import build_schema, graphql_sync
from playwright.sync_api import ConsoleMessage, Page, expect, sync_playwright
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from commerce import explorer

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs chromium, chromium-browser or google-chrome on the path"),
]

SCHEMA = build_schema('''
"""What can be read."""
type Query {
  """A greeting in Chinese."""
  greeting(name: String!): String!
}
''')
EXAMPLES = [
    explorer.Example("greet", "query Greet($name: String!) {\n  greeting(name: $name)\n  \n}\n", '{"name": "Ada"}'),
    explorer.Example("second", "query Second {\n  __typename\n}\n"),
]


class Shop:
    """A server on a loopback port that greets."""

    def __init__(self) -> None:
        routes = [
            *explorer.routes(),
            Route("/graphql", lambda _: explorer.page("/graphql", EXAMPLES)),
            Route("/graphql", self.answer, methods=["POST"]),
        ]
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        app = Starlette(routes=routes)
        self.server = uvicorn.Server(uvicorn.Config(app, ws="none", lifespan="off", log_level="warning"))
        self.thread = threading.Thread(target=self.server.run, args=([self.listener],), daemon=True)

    async def answer(self, request: Request) -> JSONResponse:
        body: dict[str, Any] = await request.json()
        root = {"greeting": lambda _info, name: f"你好, {name}!"}
        result = graphql_sync(
            SCHEMA, body["query"], root, variable_values=body.get("variables"), operation_name=body.get("operationName")
        )
        return JSONResponse(result.formatted)


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    shop = Shop()
    shop.thread.start()
    while not shop.server.started:
        time.sleep(0.01)
    yield shop
    shop.server.should_exit = True
    shop.thread.join(5)


class Visit:
    """An open page, with what it asked for and what it complained about."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.requests: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("requestfailed", lambda request: self.complaints.append(f"{request.url} {request.failure}"))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self.note)
        page.goto(f"{address}/graphql")

    def note(self, line: ConsoleMessage) -> None:
        if line.type in {"error", "warning"}:
            self.complaints.append(line.text)


@pytest.fixture
def visit(shop: Shop) -> Iterator[Visit]:
    """A first visit. Whatever a test does on the page, nothing leaves this machine and nothing is complained about."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        visit = Visit(browser.new_page(viewport={"width": 1400, "height": 900}), shop.address)
        yield visit
        elsewhere = [url for url in visit.requests if not url.startswith((shop.address, "data:"))]
        browser.close()
    assert elsewhere == []
    assert visit.complaints == []


def test_examples_stand_in_tabs_and_run(visit: Visit, tmp_path: Path) -> None:
    page = visit.page
    expect(page.locator(".graphiql-tab-button")).to_have_text(["Greet", "Second"])
    expect(page.locator(".graphiql-query-editor .view-lines")).to_contain_text("greeting")
    # More than one color means that the highlighting is at work.
    colors = "spans => new Set(spans.map(span => getComputedStyle(span).color)).size"
    assert page.locator(".graphiql-query-editor .view-line span span").evaluate_all(colors) > 1
    expect(page.locator(".graphiql-editor-tool .view-lines").first).to_contain_text("Ada")

    page.get_by_role("button", name="Execute query").click()
    expect(page.locator(".graphiql-response .view-lines")).to_contain_text("你好, Ada!")
    page.screenshot(path=tmp_path / "result.png")


def test_all_workers_start_and_complete_fields(visit: Visit, tmp_path: Path) -> None:
    page = visit.page
    page.get_by_role("button", name="Show Documentation Explorer").click()
    documentation = page.locator(".graphiql-doc-explorer")
    documentation.get_by_text("Query", exact=True).click()
    expect(documentation).to_contain_text("A greeting in Chinese.")

    page.locator(".graphiql-query-editor .view-line").nth(2).click()
    page.keyboard.press("End")
    page.keyboard.type("gre")
    expect(page.locator(".suggest-widget .monaco-list-row").first).to_contain_text("greeting")
    workers = {worker.url.rsplit("/", 1)[1] for worker in page.workers}
    assert workers == {"editor.worker.js", "graphql.worker.js", "json.worker.js"}
    page.screenshot(path=tmp_path / "completion.png")


def test_prettify_loads_its_files_from_here(visit: Visit) -> None:
    page = visit.page
    page.locator(".graphiql-query-editor .view-line").first.click()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text("query Tidy{__typename}")
    page.get_by_role("button", name="Prettify").click()
    expect(page.locator(".graphiql-query-editor .view-line")).to_have_count(4)
