"""What is wrong with a folder is told in one line each, and nothing of it is loaded."""

from pathlib import Path

import pytest

from commerce.seed.actions import load
from commerce.seed.command import seed
from commerce.seed.errors import CannotLoad
from commerce.seed.files import read
from commerce.seed.marker import ref_of
from tests.conftest import ShopUnderTest
from tests.seed.snapshot import contents

MUGS = "products/mugs.yaml"


def spoil(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    content = path.read_text("utf-8")
    assert old in content
    path.write_text(content.replace(old, new, 1), "utf-8")


@pytest.mark.parametrize(
    ("name", "old", "new", "line"),
    [
        (MUGS, "brand: own", "brand: other", "products/mugs.yaml:2: there is no brand other."),
        (MUGS, "[mugs]", "[cups]", "products/mugs.yaml:2: there is no category cups."),
        (MUGS, "[web]", "[shop]", "products/mugs.yaml:2: there is no channel shop."),
        (MUGS, "motif: mug", "motif: elephant", "products/mugs.yaml:9: there is no motif elephant."),
        (MUGS, "width: 8.5", "width: wide", "products/mugs.yaml:2: 'wide' is no NUMBER for the attribute width."),
        (MUGS, "{color: red, size: s}", "{color: red}",
         "products/mugs.yaml:11: the variant MUG-R-S must choose color, size."),
        (MUGS, "color: red", "color: pink", "products/mugs.yaml:11: there is no value of color pink."),
        (MUGS, "color: red, size: s", "color: blue, size: s",
         ("products/mugs.yaml:11: another variant chooses the same as MUG-R-S.\n"
         "products/mugs.yaml:12: another variant chooses the same as MUG-B-S.")),
        (MUGS, "MUG-B-S", "MUG-R-S",
         ("products/mugs.yaml:12: the SKU MUG-R-S stands in products/mugs.yaml:11 already.\n"
         "prices.csv:3: there is no SKU MUG-B-S.\nstock.csv:3: there is no SKU MUG-B-S.")),
        (MUGS, "name: {en: Mug}", "nam: {en: Mug}",
         "products/mugs.yaml:2: name: Field required\nproducts/mugs.yaml:6: nam: Extra inputs are not permitted"),
        (MUGS, "{sku: MUG-R-S,", "{sku: MUG-R-S, weight_g: heavy,",
         "products/mugs.yaml:11: variants.0.weight_g: Input should be a valid integer"),
        (MUGS, "code: mug", "code: mug\n  code: cup", "products/mugs.yaml:2: a key comes twice here."),
        (MUGS, "- code: mug\n", "code: mug\n", "products/mugs.yaml:3: mapping values are not allowed in this context."),
        ("prices.csv", "MUG-B-M,web,USD,11.90,\n", "",
         "products/mugs.yaml:13: MUG-B-M has no price in USD in the channel web."),
        ("prices.csv", "9.90", "9.905", "prices.csv:2: 9.905 has more digits than USD"),
        ("prices.csv", "12.00", "9.90", "prices.csv:3: compare_at must be greater than amount."),
        ("prices.csv", "9.90,\n", "9.90\n", "prices.csv:2: 5 cells are expected, not 4."),
        ("prices.csv", "USD", "EUR",
         ("prices.csv:2: the channel web does not trade in EUR.\n"
         "products/mugs.yaml:11: MUG-R-S has no price in USD in the channel web.")),
        ("stock.csv", "attic", "cellar", "stock.csv:2: there is no warehouse cellar."),
        ("stock.csv", ",3", ",-3", "stock.csv:2: quantity: Input should be greater than or equal to 0"),
        ("channels.yaml", "[US]", "[Us]",
         "channels.yaml:2: countries.0: A CountryCode is an ISO 3166-1 alpha-2 code in upper case, such as DE."),
    ],
)  # fmt: skip
def test_bad_file_is_told_with_its_line(folder: Path, name: str, old: str, new: str, line: str) -> None:
    spoil(folder, name, old, new)
    with pytest.raises(CannotLoad) as told:
        read(folder)
    assert str(told.value) == line


async def test_nothing_is_written_when_a_file_is_bad(shop: ShopUnderTest, folder: Path) -> None:
    before = await contents(shop.database)
    spoil(folder, "stock.csv", "attic", "cellar")
    with pytest.raises(CannotLoad):
        await seed(shop, folder)
    assert await contents(shop.database) == before
    assert not shop.settings.media.exists()


async def test_nothing_is_written_when_the_shop_refuses_a_row(shop: ShopUnderTest, folder: Path) -> None:
    before = await contents(shop.database)
    spoil(folder, "products/mugs.yaml", "name: {en: Mug}", "name: {en: Mug}\n  slug: {en: Big Mug}")
    with pytest.raises(CannotLoad) as told:
        await load(shop.context(), read(folder), ref_of(folder), None)
    assert str(told.value) == "products/mugs.yaml:2: slugs.0.text: The value is not valid."
    assert await contents(shop.database) == before


def test_folder_without_channels_is_no_shop(tmp_path: Path) -> None:
    with pytest.raises(CannotLoad, match=r"is not the folder of a shop: it has no channels\.yaml\.$"):
        read(tmp_path)
