"""Which ways to ship are on offer where."""

from collections.abc import Callable

from commerce.app import Shop
from commerce.kit.context import Context
from commerce.kit.money import Money
from commerce.shipping import actions, queries
from commerce.shipping.values import ShippingMethod
from tests.pricing.factory import make_market
from tests.shipping.factory import make_method, make_rate, make_zone


async def test_options_follow_channel_country_and_currency(
    shop: Shop, context: Context, counted: Callable[[], list[str]]
) -> None:
    market, other = await make_market(shop), await make_market(shop, "other")
    europe, world = await make_zone(shop), await make_zone(shop, "world", ("DE", "US"))
    rates = [make_rate("4.90", "50.00"), make_rate("6.00", currency="USD")]
    post = await make_method(shop, market, europe, "post", rates, position=2, min_days=2, max_days=4)
    courier = await make_method(shop, market, world, "courier", position=1, tax_class="reduced")
    await make_method(shop, market, europe, "closed", is_active=False)
    await make_method(shop, other, europe, "theirs")
    counted()
    found = await queries.options(context, market.key, "DE", "EUR")
    assert len(counted()) == 1
    assert await queries.options(context, market.key, "DE", "EUR") == found
    assert counted() == []
    assert found == (
        ShippingMethod(
            courier, "courier", {"en": "Courier"}, {}, Money(490, "EUR"), None, "reduced", None, None
        ),
        ShippingMethod(
            post, "post", {"en": "Post"}, {}, Money(490, "EUR"), Money(5000, "EUR"), "standard", 2, 4
        ),
    )  # fmt: skip
    assert [one.code for one in await queries.options(context, market.key, "US", "EUR")] == ["courier"]
    assert [one.amount for one in await queries.options(context, market.key, "DE", "USD")] == [Money(600, "USD")]
    assert await queries.options(context, market.key, "CN", "EUR") == ()
    assert await queries.zone_keys_by_code(context, ["world", "none"]) == {"world": world}


async def test_currencies_that_are_left_out_lose_their_rate(shop: Shop, context: Context) -> None:
    market = await make_market(shop)
    post = await make_method(shop, market, await make_zone(shop), rates=[make_rate(), make_rate(currency="USD")])
    async with shop.context().transaction() as session:
        await actions.set_rates(session, post, [make_rate("3.00")])
    assert await queries.rates_of(context, [post]) == [[make_rate("3.00")]]
