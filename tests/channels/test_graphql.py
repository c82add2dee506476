"""Channels through the API."""

from commerce.app import Shop
from commerce.channels import actions
from tests.conftest import Client


async def make_channel(shop: Shop, code: str = "web", **given: object) -> object:
    options = {
        "name": {"en": "Web", "zh-Hans": "网店"},
        "locales": ["en", "zh-Hans"],
        "currencies": ["USD", "EUR"],
        "countries": ["US", "DE"],
        "prices_include_tax": False,
        "time_zone": "UTC",
        **given,
    }
    async with shop.context().transaction() as session:
        return await actions.create(session, code=code, **options)


async def test_context_follows_directive_then_headers_then_channel(shop: Shop, client: Client) -> None:
    await make_channel(shop)
    text = "query Q($l: Locale) @inContext(locale: $l) { context { channel { name } locale country currencyCode } }"
    data = await client(text, {"X-Currency": "EUR", "Accept-Language": "en"}, l="zh-CN")
    assert data["context"] == {
        "channel": {"name": "网店"}, "locale": "zh-Hans", "country": "US", "currencyCode": "EUR",
    }  # fmt: skip
    answer = await client.send(text, {"X-Country": "FR"})
    assert answer["extensions"]["context"] == {"channel": "web", "locale": "en", "country": "US", "currency": "USD"}


async def test_unknown_channel_is_a_bad_request(shop: Shop, client: Client) -> None:
    await make_channel(shop)
    answer = await client.send("{ context { locale } }", {"X-Channel": "nowhere"})
    assert answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
