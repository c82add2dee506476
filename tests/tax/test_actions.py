"""Which rate holds where."""

from commerce.app import Shop
from commerce.kit.context import Context
from commerce.tax import queries
from commerce.tax.values import TaxRate
from tests.tax.factory import make_class, make_rate


async def test_the_rate_of_the_region_beats_that_of_the_country(shop: Shop, context: Context) -> None:
    for code in ("standard", "food"):
        await make_class(shop, code)
    await make_rate(shop, "US", 50_000)
    await make_rate(shop, "US", 72_500, "US-CA")
    await make_rate(shop, "US", 0, class_code="food")
    await make_rate(shop, "DE", 190_000)
    vat = {"en": "VAT"}
    assert await queries.rates(context, "US") == {"standard": TaxRate(50_000, vat), "food": TaxRate(0, vat)}
    assert await queries.rates(context, "US", "US-NY") == await queries.rates(context, "US")
    assert await queries.rates(context, "US", "US-CA") == {"standard": TaxRate(72_500, vat), "food": TaxRate(0, vat)}
    assert await queries.rates(context, "FR") == {}


async def test_setting_a_rate_again_replaces_it(shop: Shop, context: Context) -> None:
    await make_class(shop)
    for ppm in (190_000, 160_000):
        await make_rate(shop, "DE", ppm)
    [placed] = await queries.placed_rates(context)
    assert (placed.country, placed.region, placed.rate.ppm) == ("DE", None, 160_000)
