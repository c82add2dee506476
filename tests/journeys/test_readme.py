"""The commands of the README do what it says, in a shop that really runs."""

import asyncio
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from graphql import GraphQLObjectType

from commerce.kit.db import Database
from commerce.payments.providers import test as test_provider
from commerce.schema import schema
from commerce.seed.actions import let_demo_staff_in, load
from commerce.seed.files import read
from commerce.seed.marker import DEMO, ref_of
from commerce.settings import Environment, Settings
from commerce.shop import Shop
from tests.conftest import SECRET, _copy_template

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
BASH, CURL, NODE = (shutil.which(name) for name in ("bash", "curl", "node"))
SHOW_ALL = '\nprintf \'\\nEND %s %s\\n\' "$NUMBER" "$ORDER"\n'


@dataclass(frozen=True)
class RunningShop:
    """The demo shop, as a server on a port of its own, with a worker."""

    address: str
    environment: dict[str, str]

    def ask(self, query: str, variables: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
        body = {"query": query, "variables": variables or {}, **more}
        answer: dict[str, Any] = httpx.post(f"{self.address}/graphql", json=body).json()
        assert "errors" not in answer, answer
        return answer["data"]  # type: ignore[no-any-return]


async def _fill(url: str, folder: Path) -> None:
    """Load the demo shop without its pictures, which take a minute to draw."""
    database = await Database.connect(url, 2, 60)
    try:
        context = Shop(Settings(env=Environment.DEV, secret=SECRET, data=folder), database).context()
        await let_demo_staff_in(context)
        await load(context, read(DEMO), ref_of(DEMO), None)
    finally:
        await database.close()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def shop(worker: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningShop]:
    folder, port = tmp_path_factory.mktemp("shop"), _free_port()
    url = asyncio.run(_copy_template(f"readme_{worker}"))
    asyncio.run(_fill(url, folder))
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COMMERCE_")}
    environment = {
        **kept,
        "PYTHONPATH": str(ROOT / "src"),
        "DATABASE_URL": url,
        "REDIS_URL": os.environ["TEST_REDIS_URL"],
        "COMMERCE_ENV": "dev",
        "COMMERCE_SECRET": SECRET,
        "COMMERCE_DATA": str(folder),
        "COMMERCE_MEDIA": str(folder / "media"),
        "COMMERCE_PUBLIC_URL": f"http://127.0.0.1:{port}",
    }
    commands = (["serve", "--port", str(port)], ["worker"])
    children = [
        subprocess.Popen([sys.executable, "-m", "commerce", *command], cwd=ROOT, env=environment)
        for command in commands
    ]
    try:
        _wait_until_ready(f"http://127.0.0.1:{port}/readyz", children[0])
        environment["SHOP"] = f"http://127.0.0.1:{port}/graphql"
        yield RunningShop(f"http://127.0.0.1:{port}", environment)
    finally:
        for child in children:
            child.kill()
            child.wait()


def _wait_until_ready(address: str, child: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        assert child.poll() is None, "the server ended by itself"
        try:
            if httpx.get(address).status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise TimeoutError(address)


def _blocks() -> str:
    """All that a reader copies into the shell, in its order."""
    return "\n".join(re.findall(r"^```sh\n(.*?)^```", README, re.MULTILINE | re.DOTALL))


@pytest.mark.slow
@pytest.mark.skipif(not (BASH and CURL), reason="needs bash and curl on the path")
def test_purchase_of_the_readme_is_paid_sent_and_paid_back(shop: RunningShop) -> None:
    assert _blocks().count("\nask ") == 8
    done = subprocess.run(
        [str(BASH), "-eu", "-c", _blocks() + SHOW_ALL],
        env=shop.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    number, order_id = done.stdout.splitlines()[-1].split()[1:]
    assert done.stdout.count('"userErrors": []') == 7
    assert "海港炻器马克杯" in done.stdout
    assert f'"number": "{number}"' in done.stdout

    token = shop.ask(
        'mutation { signIn(input: {credential: {password: {email: "admin@example.com", password: "harbor-and-pine"}}}) { tokens { accessToken } } }'
    )["signIn"]["tokens"]["accessToken"]
    query = "query($id: ID!) { order(id: $id) { number status paymentStatus fulfillmentStatus totals { total { amount currencyCode } } lines { sku quantity fulfilledQuantity } payments { status captured { amount } refunded { amount } } } }"
    answer = httpx.post(
        f"{shop.address}/graphql",
        json={"query": query, "variables": {"id": order_id}},
        headers={"Authorization": f"Bearer {token}"},
    )
    assert answer.json()["data"]["order"] == {
        "number": number,
        "status": "COMPLETED",
        "paymentStatus": "REFUNDED",
        "fulfillmentStatus": "FULFILLED",
        "totals": {"total": {"amount": "196.00", "currencyCode": "CNY"}},
        "lines": [{"sku": "MUG-HBR-NVY-350", "quantity": 2, "fulfilledQuantity": 2}],
        "payments": [{"status": "REFUNDED", "captured": {"amount": "196.00"}, "refunded": {"amount": "196.00"}}],
    }


@pytest.mark.slow
@pytest.mark.skipif(NODE is None, reason="needs node on the path")
def test_examples_in_javascript_buy_two_mugs_and_find_the_order_after_signing_in(shop: RunningShop) -> None:
    done = subprocess.run(
        [str(NODE), "examples/buy.mjs"], cwd=ROOT, env=shop.environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    mug, to_pay, order = done.stdout.splitlines()
    assert mug == "Harbor Stoneware Mug: ¥2,950"
    assert to_pay == "To pay: ¥6,670, by Standard"
    assert re.fullmatch(r"Order \d{15}: PROCESSING, PAID", order)

    done = subprocess.run(
        [str(NODE), "examples/sign-in.mjs"], cwd=ROOT, env=shop.environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["Signed in: ada@example.com", order.removesuffix(", PAID")]


@pytest.mark.slow
def test_operations_of_the_explorer_run_as_they_are_loaded(shop: RunningShop) -> None:
    page = httpx.get(f"{shop.address}/graphql", headers={"Accept": "text/html"}).text
    [config] = re.findall(r'id="explorer-config">(.*?)</script>', page)
    examples = json.loads(config)["examples"]
    assert len(examples) == 6
    for example in examples:
        first = re.findall(r"^(?:query|mutation) (\w+)", example["query"], re.MULTILINE)[0]
        data = shop.ask(example["query"], json.loads(example["variables"] or "{}"), operationName=first)
        assert None not in data.values(), example["name"]
        for payload in data.values():
            assert not isinstance(payload, dict) or payload.get("userErrors", []) == [], example["name"]


@pytest.mark.slow
def test_first_queries_of_the_readme_answer(shop: RunningShop) -> None:
    address = f"{shop.address}/graphql"
    first, second = re.findall(r"'query=(.*?)'", README)
    channels = httpx.get(address, params={"query": first}).json()["data"]["channels"]
    told = re.findall(r"^\| `(\w+)` \| `.*? \| ([A-Z, ]+) \| [A-Z, ]+ \| with", README, re.MULTILINE)
    assert [(c["code"], ", ".join(one["code"] for one in c["currencies"])) for c in channels] == told
    headers = {"X-Channel": "mini", "Accept-Language": "zh-CN"}
    found = httpx.get(address, params={"query": second}, headers=headers).json()["data"]["products"]["nodes"]
    assert len(found) == 3
    assert all("杯" in product["name"] for product in found)


def test_readme_names_every_setting() -> None:
    variables = {
        (field.validation_alias or f"COMMERCE_{name.upper()}") for name, field in Settings.model_fields.items()
    }
    assert set(re.findall(r"^\| `([A-Z_]+)` \|", README, re.MULTILINE)) == variables


def test_readme_names_every_token_of_the_test_card() -> None:
    known = set(re.findall(r"`(test_\w+)`", str(test_provider.__doc__)))
    assert set(re.findall(r"`(test_\w+)` \|", README)) == known


def test_storefronts_are_told_which_types_have_no_identity() -> None:
    schema_types = schema._schema.type_map.values()
    values = {
        kind.name
        for kind in schema_types
        if isinstance(kind, GraphQLObjectType) and "id" not in kind.fields and not kind.name.endswith("Payload")
    }
    page = (ROOT / "docs" / "storefront.md").read_text("utf-8")
    told = re.findall(r'"(\w+)"', page.partition("const VALUES = [")[2].partition("];")[0])
    assert set(told) == {name for name in values if not name.startswith("__")} - {"Query", "Mutation", "Subscription"}
