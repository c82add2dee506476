"""A merchant's own folder, with pictures."""

from pathlib import Path

from PIL import Image
from sqlalchemy import text

from commerce.seed.actions import load
from commerce.seed.actions.loading import Outcome
from commerce.seed.command import seed
from commerce.seed.files import read
from commerce.seed.marker import DEMO, ref_of, was_loaded
from tests.conftest import Client, ShopUnderTest
from tests.seed.snapshot import contents

MUG = """{ product(by: {slug: "mug"}) {
  attributes { display } media { alt url } featuredImage { width height }
  variants { nodes { sku image { url } } }
} }"""


async def test_own_folder_is_loaded_with_a_picture_for_each_color(
    shop: ShopUnderTest, client: Client, folder: Path
) -> None:
    line = await seed(shop, folder)
    assert line == "Loaded: 1 new products, new prices of 3 variants."
    mug = (await client(MUG))["product"]
    blue, red = (medium["url"] for medium in mug["media"])
    assert mug["attributes"] == [{"display": ["8.5 cm"]}]
    assert mug["featuredImage"] == {"width": 800, "height": 800}
    assert [medium["alt"] for medium in mug["media"]] == ["Mug", "Mug"]
    assert mug["variants"]["nodes"] == [
        {"sku": "MUG-R-S", "image": {"url": red}},
        {"sku": "MUG-B-S", "image": {"url": blue}},
        {"sku": "MUG-B-M", "image": {"url": blue}},
    ]
    for url in (blue, red):
        path = shop.settings.media / url.partition("/media/")[2]
        assert path.name.startswith("mug-")
        with Image.open(path) as picture:
            assert (picture.format, picture.size) == ("WEBP", (800, 800))
    assert (await client.http.get(f"/media/{blue.partition('/media/')[2]}")).status_code == 200


async def test_second_time_adds_only_what_is_new(shop: ShopUnderTest, folder: Path) -> None:
    assert not await was_loaded(shop.database, folder)
    await load(shop.context(), read(folder), ref_of(folder), None)
    assert (await was_loaded(shop.database, folder), await was_loaded(shop.database, DEMO)) == (True, False)
    before = await contents(shop.database)
    assert await load(shop.context(), read(folder), ref_of(folder), None) == Outcome(products=0, prices=0)
    assert await contents(shop.database) == before
    for name, line in {
        "products/mugs.yaml": "    - {sku: MUG-R-M, options: {color: red, size: m}}\n",
        "prices.csv": "MUG-R-M,web,USD,11.90,\n",
    }.items():
        with (folder / name).open("a") as file:
            file.write(line)
    (folder / "stock.csv").write_text("sku,warehouse,quantity\nMUG-R-M,attic,7\nMUG-R-S,attic,9\n")
    assert await load(shop.context(), read(folder), ref_of(folder), None) == Outcome(products=0, prices=1)
    async with shop.database.session() as session:
        stock = (
            "select v.sku, s.on_hand from inventory_stock s join catalog_variant v on v.id = s.variant_id order by 1"
        )
        rows = [tuple(row) for row in await session.execute(text(stock))]
    assert rows == [("MUG-B-S", 0), ("MUG-R-M", 7), ("MUG-R-S", 3)]
