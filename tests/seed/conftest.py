"""The demo shop, loaded once for a file of tests; what a test changes is rolled back."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import redis.asyncio as redis
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from commerce.kit.db import PinnedDatabase
from commerce.seed.actions import load
from commerce.seed.files import read
from commerce.seed.marker import DEMO, ref_of
from commerce.settings import Environment, Settings
from tests.conftest import SECRET, ShopUnderTest, TestClock


@pytest.fixture(scope="module")
async def loaded(engine: AsyncEngine, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[AsyncConnection]:
    settings = Settings(env=Environment.DEV, secret=SECRET, data=tmp_path_factory.mktemp("data"))
    async with engine.connect() as connection:
        transaction = await connection.begin()
        shop = ShopUnderTest(settings, PinnedDatabase(connection), None, TestClock())
        outcome = await load(shop.context(), read(DEMO), ref_of(DEMO), None)
        assert (outcome.products, outcome.prices) == (148, 584)
        yield connection
        await transaction.rollback()


@pytest.fixture
async def demo(
    loaded: AsyncConnection, settings: Settings, clock: TestClock, cache: redis.Redis
) -> AsyncIterator[ShopUnderTest]:
    savepoint = await loaded.begin_nested()
    yield ShopUnderTest(settings, PinnedDatabase(loaded), cache, clock)
    await savepoint.rollback()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of a merchant with one mug in two sizes."""
    for name, content in SMALL.items():
        path = tmp_path / "mugs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
    return tmp_path / "mugs"


SMALL = {
    "channels.yaml": """
- {code: web, name: {en: Mugs}, locales: [en], currencies: [USD], countries: [US], prices_include_tax: false,
   warehouses: [attic]}
""",
    "warehouses.yaml": "- {code: attic, name: {en: Attic}, country: US}",
    "tax.yaml": "classes: [{code: standard, name: {en: Standard}}]",
    "brands.yaml": "- {code: own, name: {en: Own}}",
    "categories.yaml": "- {code: mugs, name: {en: Mugs}}",
    "options.yaml": """
- code: color
  name: {en: Color}
  values:
    - {code: red, name: {en: Red}, color: "#b23a36"}
    - {code: blue, name: {en: Blue}, color: "#24395e"}
- code: size
  name: {en: Size}
  values: [{code: s, name: {en: S}}, {code: m, name: {en: M}}]
""",
    "attributes.yaml": "- {code: width, name: {en: Width}, kind: NUMBER, unit: cm}",
    "products/mugs.yaml": """
- code: mug
  brand: own
  categories: [mugs]
  channels: [web]
  name: {en: Mug}
  options: [color, size]
  attributes: {width: 8.5}
  picture: {motif: mug, palette: ["#d3e4ee", "#24395e", "#f7f5f0"]}
  variants:
    - {sku: MUG-R-S, options: {color: red, size: s}}
    - {sku: MUG-B-S, options: {color: blue, size: s}}
    - {sku: MUG-B-M, options: {color: blue, size: m}}
""",
    "prices.csv": "sku,channel,currency,amount,compare_at\nMUG-R-S,web,USD,9.90,\nMUG-B-S,web,USD,9.90,12.00\nMUG-B-M,web,USD,11.90,\n",
    "stock.csv": "sku,warehouse,quantity\nMUG-R-S,attic,3\nMUG-B-S,attic,0\n",
}
