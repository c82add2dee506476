"""What the docs tell integrators to do is what the shop takes."""

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.accounts.test_apps import ROLES, made, reason
from tests.conftest import Client, ShopUnderTest, TestClock

PAGE = (Path(__file__).parents[2] / "docs" / "integrators.md").read_text("utf-8")
SECRET = re.search(r"`(capp_\w+)`:", PAGE)
VECTORS = re.findall(
    r"^\| `(POST|GET)` \| `(.*?)` \| `(\d+)` \| `(\w+)` \| `?(.*?)`? \| `([0-9a-f]{64})` \|$", PAGE, re.MULTILINE
)
Signed = Callable[..., str]


def block(language: str) -> str:
    found = re.search(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    assert found
    return found[1]


def in_python(*given: Any) -> str:
    names: dict[str, Any] = {}
    exec(block("python"), names)
    secret, key, method, target, body, *rest = given
    return names["signed"](secret, key, method, target, body.encode(), *rest)


def in_javascript(folder: Path) -> Signed:
    (folder / "signed.mjs").write_text(block("js"))
    (folder / "call.mjs").write_text(
        'import { signed } from "./signed.mjs"; console.log(signed(...JSON.parse(process.argv[2])));'
    )

    def call(*given: Any) -> str:
        command = ["node", str(folder / "call.mjs"), json.dumps(given)]
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=30).stdout.strip()

    return call


@pytest.fixture(params=["python", "js"])
def signed(request: pytest.FixtureRequest, tmp_path: Path) -> Signed:
    if request.param == "python":
        return in_python
    if shutil.which("node") is None:
        pytest.skip("needs Node.js")
    return in_javascript(tmp_path)


def test_examples_sign_as_the_table_says(signed: Signed) -> None:
    assert SECRET
    assert len(VECTORS) == 2
    for method, target, timestamp, nonce, body, signature in VECTORS:
        header = signed(SECRET[1], "app_token_x", method, target, body, int(timestamp), nonce)
        assert header == f"HMAC-SHA256 key=app_token_x, timestamp={timestamp}, nonce={nonce}, signature={signature}"


async def test_the_shop_takes_what_the_examples_sign(
    shop: ShopUnderTest, client: Client, clock: TestClock, signed: Signed
) -> None:
    erp = await made(shop, client, clock, mustSign=True)
    body = json.dumps({"query": ROLES})
    header = signed(erp.secret, erp.key, "POST", "/graphql", body, int(clock().timestamp()))
    assert reason(await erp.posts(body.encode(), header)) == ""
    assert reason(await erp.posts(body.encode(), header)) == "NONCE"
