"""The demo shop, as operators load it and storefronts see it."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import text

from commerce import up
from commerce.kit.actor import Permission
from commerce.seed.actions import customers, let_demo_customer_in, let_demo_staff_in, load
from commerce.seed.actions.staff import EMAIL, PASSWORD
from commerce.seed.files import read
from commerce.seed.marker import DEMO, ref_of, was_loaded
from commerce.settings import Environment
from tests.accounts.documents import sign_in
from tests.conftest import Client, ShopUnderTest
from tests.seed.snapshot import contents

TREE = "{ categories { name slug children { name children { name children { name } } } } }"
PRODUCT = """
query Q($by: ProductBy!) { product(by: $by) {
  name slug contentLocale brand { name } categories { name ancestors { name } }
  options { code values { label } }
  attributes { code display }
  variants(first: 30) { totalCount nodes { sku name price { current { formatted } } availability { status } } }
} }
"""


@pytest.fixture
async def client(demo: ShopUnderTest) -> AsyncIterator[Client]:
    client = Client(demo)
    yield client
    await client.http.aclose()


async def numbers(shop: ShopUnderTest, statement: str) -> list[Any]:
    async with shop.database.session() as session:
        return [tuple(row) if len(row) > 1 else row[0] for row in await session.execute(text(statement))]


async def test_demo_is_rich_enough_to_show_what_the_backend_can_do(demo: ShopUnderTest) -> None:
    assert await numbers(demo, "select count(*) from catalog_product") == [148]
    assert await numbers(demo, "select count(*) from catalog_variant") == [584]
    assert await numbers(demo, "select distinct cardinality(path) from catalog_category order by 1") == [0, 1, 2]
    assert await numbers(demo, "select code from channels_channel order by is_default desc, code") == [
        "web", "jp", "mini",
    ]  # fmt: skip
    currencies = await numbers(demo, "select distinct currency from pricing_price order by 1")
    assert currencies == ["CNY", "EUR", "JPY", "KWD", "USD"]
    assert await numbers(demo, "select count(*) from pricing_price_log") == [2850]
    assert await numbers(demo, "select code from inventory_warehouse order by position") == ["newark", "shenzhen"]
    countries = ["CN", "DE", "FR", "JP", "KW", "US"]
    assert await numbers(demo, "select distinct country from shipping_zone_country order by 1") == countries
    assert await numbers(demo, "select distinct country from tax_rate order by 1") == countries


async def test_prices_and_stock_are_those_of_the_files(demo: ShopUnderTest) -> None:
    prices = """
        select c.code, p.currency, p.amount from pricing_price p join catalog_variant v on v.id = p.variant_id
        join channels_channel c on c.id = p.channel_id where v.sku = 'TEE-EVR-NVY-M' order by 1, 2
    """
    assert await numbers(demo, prices) == [
        ("jp", "JPY", 3780), ("mini", "CNY", 11900), ("web", "EUR", 2790), ("web", "KWD", 8950), ("web", "USD", 2890),
    ]  # fmt: skip
    stock = """
        select w.code, s.on_hand from inventory_stock s join catalog_variant v on v.id = s.variant_id
        join inventory_warehouse w on w.id = s.warehouse_id where v.sku = 'TEE-EVR-NVY-M' order by 1
    """
    assert await numbers(demo, stock) == [("newark", 159), ("shenzhen", 0)]


async def test_loading_it_again_changes_nothing(demo: ShopUnderTest) -> None:
    assert await was_loaded(demo.database, DEMO)
    before = await contents(demo.database)
    outcome = await load(demo.context(), read(DEMO), ref_of(DEMO), None)
    assert (outcome.products, outcome.prices) == (0, 0)
    assert await contents(demo.database) == before


async def test_what_was_sold_or_renamed_since_stays_so(demo: ShopUnderTest) -> None:
    async with demo.database.session() as session:
        await session.execute(text("update inventory_stock set on_hand = on_hand - 1 where on_hand > 0"))
        await session.execute(text("""update catalog_product set name = '{"en": "Other"}'"""))
        await session.execute(text("update tax_rate set ppm = 1"))
        await session.execute(text("update payments_option set is_active = false"))
    before = await contents(demo.database)
    await load(demo.context(), read(DEMO), ref_of(DEMO), None)
    assert await contents(demo.database) == before


async def test_price_that_staff_changed_is_set_back_and_logged(demo: ShopUnderTest) -> None:
    sku = "(select id from catalog_variant where sku = 'TEE-EVR-NVY-M')"
    async with demo.database.session() as session:
        await session.execute(
            text(f"update pricing_price set amount = 1 where variant_id = {sku} and currency = 'USD'")
        )
    assert (await load(demo.context(), read(DEMO), ref_of(DEMO), None)).prices == 1
    log = f"select amount from pricing_price_log where variant_id = {sku} and currency = 'USD' order by id"
    assert await numbers(demo, log) == [2890, 2890]


async def test_category_tree_has_three_levels_in_every_language(client: Client) -> None:
    english = (await client(TREE, {"X-Channel": "web"}))["categories"]
    home = next(category for category in english if category["slug"] == "home-and-living")
    assert [child["name"] for child in home["children"]][:2] == ["Lighting", "Home Textiles"]
    assert home["children"][0]["children"][0] == {"name": "Table Lamps", "children": []}
    german = (await client(TREE, {"X-Channel": "web", "Accept-Language": "de"}))["categories"]
    assert german[0]["name"] == "Wohnen"
    chinese = (await client(TREE, {"X-Channel": "mini"}))["categories"]
    assert (chinese[0]["name"], chinese[0]["children"][0]["children"][0]["name"]) == ("家居生活", "台灯")


async def test_mini_shop_sells_a_shirt_in_chinese_and_yuan(client: Client) -> None:
    product = (await client(PRODUCT, {"X-Channel": "mini"}, by={"slug": "ri-chang-t-xu"}))["product"]
    assert (product["name"], product["contentLocale"], product["brand"]["name"]) == ("日常 T 恤", "zh-Hans", "松港")
    assert [option["code"] for option in product["options"]] == ["color", "size"]
    assert {"code": "fit", "display": ["合身"]} in product["attributes"]
    assert product["variants"]["totalCount"] == 19
    assert product["variants"]["nodes"][7] == {
        "sku": "TEE-EVR-NVY-M", "name": "港湾藏青 / M", "price": {"current": {"formatted": "¥119.00"}},
        "availability": {"status": "OUT_OF_STOCK"},
    }  # fmt: skip


async def test_other_channels_show_the_same_shirt_in_their_money(client: Client) -> None:
    asked = {
        ("jp", "en", "JPY"): "¥3,780",
        ("web", "en", "USD"): "$28.90",
        ("web", "de", "EUR"): "27,90\xa0€",
        ("web", "en", "KWD"): "KWD\xa08.950",
    }
    for (channel, locale, currency), formatted in asked.items():
        headers = {"X-Channel": channel, "Accept-Language": locale, "X-Currency": currency}
        product = (await client(PRODUCT, headers, by={"sku": "TEE-EVR-NVY-M"}))["product"]
        assert product["variants"]["nodes"][7]["price"] == {"current": {"formatted": formatted}}


async def test_what_lacks_german_is_shown_in_the_channels_default_language(client: Client) -> None:
    headers = {"X-Channel": "web", "Accept-Language": "de"}
    book = (await client(PRODUCT, headers, by={"slug": "a-field-guide-to-tea"}))["product"]
    assert (book["name"], book["contentLocale"]) == ("A Field Guide to Tea", "en")
    assert book["categories"][0]["ancestors"][0]["name"] == "Schreibtisch"


async def test_drafts_and_products_of_other_channels_are_not_seen(client: Client) -> None:
    assert (await client(PRODUCT, {"X-Channel": "web"}, by={"slug": "e-ink-desk-clock"}))["product"] is None
    by = {"slug": "twin-ergonomic-keyboard"}
    assert (await client(PRODUCT, {"X-Channel": "jp"}, by=by))["product"]["name"] == "Twin Ergonomic Keyboard"
    assert (await client(PRODUCT, {"X-Channel": "mini"}, by=by))["product"] is None


async def test_ways_to_pay_follow_whether_test_payments_are_taken(demo: ShopUnderTest) -> None:
    codes = "select distinct code from payments_option order by 1"
    assert await numbers(demo, codes) == ["manual.transfer", "test.card"]
    assert (
        await numbers(demo, "select name->>'zh-Hans' from payments_option where code = 'test.card'") == ["测试卡"] * 3
    )
    async with demo.database.session() as session:
        await session.execute(text("delete from payments_option"))
    settings = demo.settings.model_copy(update={"env": Environment.PRODUCTION})
    production = ShopUnderTest(settings, demo.database)
    await load(production.context(), read(DEMO), ref_of(DEMO), None)
    assert await numbers(demo, codes) == ["manual.transfer"]


async def test_demo_staff_may_do_everything_and_is_made_once(demo: ShopUnderTest, client: Client) -> None:
    await let_demo_staff_in(demo.context())
    await let_demo_staff_in(demo.context())
    viewer = (await sign_in(client, EMAIL, PASSWORD))["viewer"]
    assert viewer["permissions"] == [str(permission) for permission in Permission]
    assert f"Demo staff: {EMAIL} / {PASSWORD}" == up.DEMO_HINT


async def test_the_demo_customer_has_an_address_and_a_consent_and_is_made_once(
    demo: ShopUnderTest, client: Client
) -> None:
    for _ in range(2):
        await let_demo_customer_in(demo.context())
    client.token = (await sign_in(client, customers.EMAIL, customers.PASSWORD))["tokens"]["accessToken"]
    text = "{ viewer { customer { name addresses { address { formatted } } consents { purpose } } } }"
    customer = (await client(text))["viewer"]["customer"]
    assert customer["name"] == "Mia Park"
    assert customer["addresses"][0]["address"]["formatted"][1] == "1 Pier St"
    assert customer["consents"] == [{"purpose": "PERSONALIZATION"}]
    assert f"Demo customer: {customers.EMAIL} / {customers.PASSWORD}" == up.DEMO_CUSTOMER_HINT
