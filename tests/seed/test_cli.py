"""The operator loads a shop."""

import asyncio
import os
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from commerce.cli import app
from tests.conftest import SECRET, ShopUnderTest
from tests.seed.snapshot import contents

pytestmark = pytest.mark.race


@pytest.fixture
def environment(race_url: str, tmp_path: Path) -> dict[str, str]:
    return {
        "DATABASE_URL": race_url,
        "COMMERCE_ENV": "production",
        "COMMERCE_SECRET": SECRET,
        "COMMERCE_MEDIA": str(tmp_path / "media"),
    }


async def typed(environment: dict[str, str], *words: str) -> Result:
    return await asyncio.to_thread(CliRunner().invoke, app, ["seed", *words], env=environment)


async def _process(environment: dict[str, str], *words: str) -> tuple[int | None, str]:
    command = [sys.executable, "-m", "commerce", "seed", *words]
    process = await asyncio.create_subprocess_exec(
        *command, env={**os.environ, **environment}, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    said, _ = await process.communicate()
    return process.returncode, said.decode()


async def test_folder_is_loaded_once(racing_shop: ShopUnderTest, environment: dict[str, str], folder: Path) -> None:
    first = await typed(environment, str(folder), "--once")
    assert (first.exit_code, first.stdout) == (0, "Loaded: 1 new products, new prices of 3 variants.\n")
    assert [line.split(":")[0] for line in first.stderr.splitlines()] == ["Drawing pictures", "Adding products"]
    before = await contents(racing_shop.database)
    again = await typed(environment, str(folder), "--once")
    assert (again.exit_code, again.output) == (0, "It has been loaded before.\n")
    third = await typed(environment, str(folder))
    assert (third.exit_code, third.stdout) == (0, "Loaded: 0 new products, new prices of 0 variants.\n")
    assert await contents(racing_shop.database) == before


async def test_two_who_load_at_once_load_it_once(
    racing_shop: ShopUnderTest, environment: dict[str, str], folder: Path
) -> None:
    both = await asyncio.gather(*(_process(environment, str(folder)) for _ in range(2)))
    assert sorted(both) == [
        (0, "Loaded: 0 new products, new prices of 0 variants.\n"),
        (0, "Loaded: 1 new products, new prices of 3 variants.\n"),
    ]
    assert (await contents(racing_shop.database))["catalog_variant"][0] == 3


async def test_bad_folder_fails_in_one_line(
    racing_shop: ShopUnderTest, environment: dict[str, str], folder: Path
) -> None:
    before = await contents(racing_shop.database)
    (folder / "brands.yaml").write_text("[]")
    failed = await typed(environment, str(folder))
    assert (failed.exit_code, failed.stderr) == (1, "commerce: products/mugs.yaml:2: there is no brand own.\n")
    assert await contents(racing_shop.database) == before


async def test_demo_does_not_get_into_production_unawares(
    racing_shop: ShopUnderTest, environment: dict[str, str]
) -> None:
    before = await contents(racing_shop.database)
    refused = await typed(environment)
    assert (refused.exit_code, refused.stderr) == (
        1,
        "commerce: This is production: name a folder of your own, or say --yes if the demo shop is really meant.\n",
    )
    assert await contents(racing_shop.database) == before
