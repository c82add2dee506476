"""What visitors of the shop are told, over HTTP: known answers where they are true, and new ones where they are not."""

import gzip
import json
from datetime import timedelta
from typing import Any

import pytest

from commerce.catalog import actions as catalog
from commerce.kit import ids
from commerce.kit.actor import Permission
from commerce.kit.limits import Allowance
from commerce.settings import Environment, Settings
from commerce.shop import Shop
from tests.answers.asking import (
    PRICES_SET,
    SHELF,
    VARIANT,
    ask,
    get,
    how,
    price_of,
    prices_input,
    set_price,
    without_cost,
)
from tests.conftest import SECRET, Client, ShopUnderTest, TestClock
from tests.shopfront import Goods, complete, open_shop, ready_checkout

MISS, HIT, OWN = "fwd=miss; stored", "hit", "fwd=bypass"


@pytest.fixture
async def goods(shop: ShopUnderTest) -> Goods:
    return await open_shop(shop, stock=6)


async def test_the_second_who_asks_is_told_what_the_first_was_told(goods: Goods, client: Client) -> None:
    first, second = await ask(client, SHELF), await ask(client, SHELF)
    assert (how(first), how(second)) == (MISS, HIT)
    assert without_cost(first) == without_cost(second)
    assert [one["name"] for one in second.json()["data"]["products"]["nodes"]] == [
        "Brass pen",
        "Harbor mug",
        "Pine tea",
    ]
    assert second.headers["content-language"] == "en"


async def test_it_does_not_matter_how_the_same_is_said(goods: Goods, client: Client) -> None:
    await ask(client, VARIANT, id=goods.variant("MUG"))
    spoken = {"accept-language": "en-GB,en;q=0.7,*;q=0.1", "user-agent": "another"}
    again = await ask(client, VARIANT, spoken, id=goods.variant("MUG"), unknown=1)
    assert how(again) == HIT
    body = json.dumps({"variables": {"id": goods.variant("MUG")}, "query": VARIANT, "operationName": None})
    by_get = await get(client, VARIANT, id=goods.variant("MUG"))
    assert how(by_get) == HIT
    reordered = await client.http.post("/graphql", content=body, headers={"content-type": "application/json"})
    assert how(reordered) == HIT
    assert reordered.json()["data"] == again.json()["data"] == by_get.json()["data"]


async def test_channels_languages_currencies_and_variables_never_mix(goods: Goods, client: Client) -> None:
    mug, pen = goods.variant("MUG"), goods.variant("PEN")
    asked: list[tuple[dict[str, str], str, list[str]]] = [
        ({}, mug, ["14.50", "USD", "Harbor mug"]),
        ({"X-Currency": "EUR"}, mug, ["13.90", "EUR", "Harbor mug"]),
        ({"X-Currency": "KWD"}, mug, ["4.500", "KWD", "Harbor mug"]),
        ({"Accept-Language": "de"}, mug, ["14.50", "USD", "Hafenbecher"]),
        ({"Accept-Language": "zh-CN", "X-Currency": "EUR"}, mug, ["13.90", "EUR", "海港马克杯"]),
        ({"X-Channel": "asia"}, mug, ["98.00", "CNY", "海港马克杯"]),
        ({"X-Channel": "asia", "X-Currency": "JPY", "Accept-Language": "en"}, mug, ["2200", "JPY", "Harbor mug"]),
        ({"X-Country": "DE"}, pen, ["33.33", "USD", "Brass pen"]),
        ({}, pen, ["33.33", "USD", "Brass pen"]),
    ]
    for expected in (MISS, HIT):
        for headers, variant, told in asked:
            answer = await ask(client, VARIANT, headers, id=variant)
            node = answer.json()["data"]["node"]
            found = [*node["price"]["current"].values(), node["product"]["name"]]
            assert (found, how(answer)) == (told, expected), (headers, expected)


async def test_context_of_the_directive_counts_as_well(goods: Goods, client: Client) -> None:
    text = VARIANT.replace("($id: ID!)", "($id: ID!, $c: CurrencyCode) @inContext(currency: $c)")
    for expected in (MISS, HIT):
        for currency, amount in (("EUR", "13.90"), ("USD", "14.50"), (None, "14.50")):
            answer = await ask(client, text, id=goods.variant("MUG"), c=currency)
            assert (price_of(answer), how(answer)) == (amount, expected)


async def test_a_price_that_staff_has_changed_is_seen_by_the_next_who_asks(goods: Goods, client: Client) -> None:
    shop = client.shop
    for amount in ("11.00", "12.00", "13.00"):
        before = await ask(client, VARIANT, id=goods.variant("MUG"))
        assert how(await ask(client, VARIANT, id=goods.variant("MUG"))) == HIT
        client.act(Permission.PRODUCTS_WRITE)
        changed = await client(PRICES_SET, input=prices_input(goods, "MUG", amount))
        assert changed["pricesSet"]["userErrors"] == []
        shop.acting = None
        after = await ask(client, VARIANT, id=goods.variant("MUG"))
        assert (price_of(after), how(after)) == (amount, "fwd=stale; stored")
        assert price_of(before) != amount


async def test_what_was_sold_is_seen_at_once(goods: Goods, client: Client) -> None:
    text = VARIANT
    assert (await ask(client, text, id=goods.variant("MUG"))).json()["data"]["node"]["availability"]["quantity"] == 6
    checkout = await ready_checkout(client, goods, quantities={"MUG": 2})
    assert how(await ask(client, text, id=goods.variant("MUG"))) == HIT
    assert (await complete(client, checkout))["userErrors"] == []
    answer = await ask(client, text, id=goods.variant("MUG"))
    assert answer.json()["data"]["node"]["availability"]["quantity"] == 4
    assert how(answer) == "fwd=stale; stored"


async def test_a_change_elsewhere_leaves_an_answer_as_it_is(goods: Goods, client: Client) -> None:
    categories = "{ categories { name } }"
    await ask(client, categories), await ask(client, VARIANT, id=goods.variant("MUG"))
    await set_price(client.shop, goods, "TEA", "1.00")
    assert how(await ask(client, categories)) == HIT
    assert how(await ask(client, VARIANT, id=goods.variant("MUG"))) == "fwd=stale; stored"


async def test_an_answer_grows_old(goods: Goods, client: Client, clock: TestClock) -> None:
    await ask(client, SHELF)
    clock.advance(seconds=29.9)
    assert how(await ask(client, SHELF)) == HIT
    clock.advance(seconds=0.1)
    assert how(await ask(client, SHELF)) == "fwd=stale; stored"
    clock.advance(hours=-1)
    assert how(await ask(client, SHELF)) == "fwd=stale; stored", "a clock that was set back proves nothing"


async def test_what_comes_into_sight_by_the_clock_is_seen_on_time(
    shop: Shop, goods: Goods, client: Client, clock: TestClock
) -> None:
    client.act(*Permission)
    made = await client(
        "mutation($input: ProductCreateInput!) { productCreate(input: $input) { product { id } userErrors { code } } }",
        input={"name": [{"locale": "en", "text": "Zebra"}], "variants": [{"sku": "ZEBRA"}]},
    )
    assert made["productCreate"]["userErrors"] == []
    start, end = clock() + timedelta(seconds=7), clock() + timedelta(seconds=12)
    key = ids.decode("product", made["productCreate"]["product"]["id"])
    assert key is not None
    async with shop.context().transaction() as session:
        await catalog.publish(session, key, [goods.channels["web"]], start, end)
    client.shop.acting = None

    async def names() -> tuple[list[str], str]:
        answer = await ask(client, SHELF)
        return [one["name"] for one in answer.json()["data"]["products"]["nodes"]], how(answer)

    without, with_it = ["Brass pen", "Harbor mug", "Pine tea"], ["Brass pen", "Harbor mug", "Pine tea", "Zebra"]
    assert await names() == (without, MISS)
    clock.advance(seconds=6.9)
    assert await names() == (without, HIT)
    clock.advance(seconds=0.1)
    assert await names() == (with_it, "fwd=stale; stored")
    clock.advance(seconds=4.9)
    assert await names() == (with_it, HIT)
    clock.advance(seconds=0.1)
    assert await names() == (without, "fwd=stale; stored")


async def test_a_get_may_be_kept_by_caches_on_the_way(goods: Goods, client: Client) -> None:
    first, second = await get(client, SHELF), await get(client, SHELF)
    for answer in (first, second):
        assert answer.headers["cache-control"] == "public, max-age=0, must-revalidate, s-maxage=30"
        varies = "Accept, Accept-Encoding, Authorization, Cookie, Accept-Language, X-Channel, X-Country, X-Currency"
        assert answer.headers["vary"].startswith(varies)
    assert first.headers["etag"] == second.headers["etag"]
    assert (how(first), how(second)) == (MISS, HIT)
    assert first.content == second.content, "what is said of one caller has no place in it"


async def test_an_address_that_settles_the_context_varies_by_less(goods: Goods, client: Client) -> None:
    text = 'query @inContext(channel: "web", locale: "de", country: "DE", currency: "EUR") { channels { code } }'
    for _ in range(2):
        answer = await get(client, text, {"Accept-Language": "en", "X-Currency": "KWD"})
        assert answer.headers["vary"].startswith("Accept, Accept-Encoding, Authorization, Cookie")
        assert "Language" not in answer.headers["vary"]
        assert answer.json()["extensions"]["context"]["currency"] == "EUR"


async def test_a_cache_is_never_told_to_keep_an_answer_beyond_its_end(
    goods: Goods, client: Client, clock: TestClock
) -> None:
    await get(client, SHELF)
    clock.advance(seconds=25.5)
    assert "s-maxage=4" in (await get(client, SHELF)).headers["cache-control"]
    clock.advance(seconds=4)
    assert (await get(client, SHELF)).headers["cache-control"] == "public, no-cache"


async def test_who_has_an_answer_already_is_told_so(goods: Goods, client: Client) -> None:
    first = await get(client, SHELF)
    tag = first.headers["etag"]
    assert tag.startswith('W/"')
    for known in (tag, tag.removeprefix("W/"), f'"other", {tag}', "*"):
        answer = await get(client, SHELF, {"If-None-Match": known})
        assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", tag)
        assert answer.headers["cache-control"] == first.headers["cache-control"]
        assert answer.headers["vary"] == first.headers["vary"]
    for unknown in ('"other"', "", tag[:-2] + '"', "W/"):
        assert (await get(client, SHELF, {"If-None-Match": unknown})).status_code == 200
    await set_price(client.shop, goods, "MUG", "1.00")
    changed = await get(client, SHELF, {"If-None-Match": tag})
    assert (changed.status_code, changed.headers["etag"] == tag) == (200, False)
    await set_price(client.shop, goods, "MUG", "14.50")
    assert (await get(client, SHELF, {"If-None-Match": tag})).status_code == 304, "equal answers have equal tags"


async def test_head_is_a_get_without_its_content(goods: Goods, client: Client) -> None:
    whole = await get(client, SHELF)
    params: dict[str, Any] = {"query": SHELF, "variables": "{}"}
    head = await client.http.head("/graphql", params=params)
    assert (head.status_code, head.content, how(head)) == (200, b"", HIT)
    for name in ("etag", "cache-control", "vary", "content-type", "content-length", "content-language"):
        assert head.headers[name] == whole.headers[name]
    head = await client.http.head("/graphql", params=params, headers={"If-None-Match": whole.headers["etag"]})
    assert head.status_code == 304
    assert (await client.http.head("/graphql")).status_code == 400


async def test_a_post_is_kept_by_nobody_on_the_way(goods: Goods, client: Client) -> None:
    for _ in range(2):
        answer = await ask(client, SHELF, {"If-None-Match": "*"})
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "private, no-store")
        assert "etag" not in answer.headers


@pytest.mark.parametrize(
    "document",
    [
        "{ viewer { __typename } }",
        "{ products { nodes { name } } viewer { __typename } }",
        '{ node(id: "x") { ... on Order { number } } }',
        '{ cart(id: "x") { id } }',
        "{ products { nodes { status } } }",
        "{ nothing }",
        "{",
        '{ product(by: {id: "x"}) { name } channels { nothing } }',
    ],
)
async def test_what_is_somebodys_own_or_wrong_is_kept_by_nobody(goods: Goods, client: Client, document: str) -> None:
    for _ in range(2):
        for answer in (await ask(client, document), await get(client, document)):
            assert "public" not in answer.headers.get("cache-control", "")
            assert "etag" not in answer.headers
            assert "hit" not in answer.headers.get("cache-status", "")
            assert "stored" not in answer.headers.get("cache-status", "")


async def test_credentials_of_any_kind_lead_past_what_is_kept(goods: Goods, client: Client) -> None:
    await ask(client, SHELF)
    for header in ({"Cookie": "a=b"}, {"Proxy-Authorization": "Basic x"}):
        for answer in (await ask(client, SHELF, header), await get(client, SHELF, header)):
            assert (how(answer), answer.headers["cache-control"]) == (OWN, "private, no-store")
    client.act(Permission.PRODUCTS_READ)
    assert how(await ask(client, SHELF)) == OWN
    client.shop.acting = None
    wrong = await ask(client, SHELF, {"Authorization": "Bearer wrong"})
    assert wrong.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


async def test_staff_sees_what_is_hidden_and_nobody_else_is_told(goods: Goods, client: Client) -> None:
    """The very request that staff sends is sent by a guest, before and after."""
    client.act(*Permission)
    await client(
        "mutation($input: ProductCreateInput!) { productCreate(input: $input) { userErrors { code } } }",
        input={"name": [{"locale": "en", "text": "Aardvark"}], "variants": [{"sku": "HIDDEN"}]},
    )
    by_sku = '{ product(by: {sku: "HIDDEN"}) { name } }'
    for _ in range(2):
        client.act(*Permission)
        assert (await client(by_sku)) == {"product": {"name": "Aardvark"}}
        client.shop.acting = None
        assert (await client(by_sku)) == {"product": None}


async def test_a_known_answer_costs_a_point_and_tells_what_is_left(goods: Goods, client: Client) -> None:
    first = (await ask(client, SHELF)).json()["extensions"]["cost"]
    second, third = [(await ask(client, SHELF)).json()["extensions"]["cost"] for _ in range(2)]
    assert first["requested"] == second["requested"] > 1
    assert (second["actual"], second["limit"]) == (1, first["limit"])
    assert second["bucket"]["maximum"] >= second["bucket"]["available"] > 0
    assert third["bucket"].keys() == {"available", "maximum", "restoreRate"}
    by_get = (await get(client, SHELF)).json()["extensions"]
    assert by_get["cost"] == {"requested": first["requested"], "limit": first["limit"]}
    assert by_get["context"] == {"channel": "web", "locale": "en", "country": "US", "currency": "USD"}


async def test_who_has_spent_too_much_is_told_nothing_that_is_known(shop: ShopUnderTest, goods: Goods) -> None:
    shop.settings = shop.settings.model_copy(
        update={"most_cost": 200, "rate_maximum": 200, "rate_restore": 1, "rate_reading": 0}
    )
    shop.allowance = Allowance(200, 1)
    client = Client(shop)
    codes = []
    for _ in range(300):
        answer = await ask(client, SHELF)
        codes.append(answer.json()["errors"][0]["extensions"]["code"] if answer.status_code == 429 else how(answer))
    assert codes[0] == MISS
    assert 100 < codes.count(HIT) < 250
    assert codes[-1] == "THROTTLED"
    await client.http.aclose()


async def test_huge_variables_are_not_kept(goods: Goods, client: Client) -> None:
    for _ in range(2):
        answer = await ask(client, SHELF, unknown="x" * 30_000)
        assert how(answer) == OWN


async def test_known_answers_are_packed_for_who_can_unpack_them(goods: Goods, client: Client) -> None:
    text = "{ __schema { types { name description } } }"
    plain = await ask(client, text, {"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    for coding in ("gzip", "identity", "gzip"):
        for send in (ask, get):
            request = await send(client, text, {"accept-encoding": coding})
            assert request.headers.get("content-encoding") == ("gzip" if coding == "gzip" else None)
            assert request.json()["data"] == plain.json()["data"]
    raw = client.http.build_request("POST", "/graphql", json={"query": text}, headers={"accept-encoding": "gzip"})
    answer = await client.http.send(raw, stream=True)
    body = b"".join([piece async for piece in answer.aiter_raw()])
    assert int(answer.headers["content-length"]) == len(body) < len(plain.content) / 3
    assert json.loads(gzip.decompress(body))["data"] == plain.json()["data"]


@pytest.mark.parametrize("off", ["off", "0"])
async def test_it_can_be_switched_off(
    shop: ShopUnderTest, goods: Goods, monkeypatch: pytest.MonkeyPatch, off: str
) -> None:
    monkeypatch.setenv("COMMERCE_ANSWER_CACHE", off)
    shop.settings = Settings(env=Environment.DEV, secret=SECRET, media=shop.settings.media, data=shop.settings.data)
    client = Client(shop)
    for answer in (await ask(client, SHELF), await ask(client, SHELF), await get(client, SHELF)):
        assert "cache-status" not in answer.headers
        assert "etag" not in answer.headers
        assert answer.headers["cache-control"] == "private, no-store"
    await client.http.aclose()


async def test_a_cdn_can_be_told_to_ask_each_time(shop: ShopUnderTest, goods: Goods) -> None:
    shop.settings = shop.settings.model_copy(update={"cdn_seconds": 0})
    client = Client(shop)
    answer = await get(client, SHELF)
    assert (answer.headers["cache-control"], "etag" in answer.headers) == ("public, no-cache", True)
    await client.http.aclose()
