"""Channels through the API."""

from typing import Any

from commerce.kit.actor import Permission
from commerce.kit.ids import encode
from commerce.shop import Shop
from tests.channels.factory import make_channel
from tests.conftest import Client

CREATE = """
mutation Create($input: ChannelCreateInput!) {
  channelCreate(input: $input) {
    channel { id code name locales { locale } currencies { code fractionDigits } countries timeZone pricesIncludeTax }
    userErrors { code message field }
  }
}
"""


def channel_input(**given: Any) -> dict[str, Any]:
    return {
        "code": "web",
        "name": [{"locale": "en", "text": "Web"}],
        "locales": ["en", "zh-Hans"],
        "currencies": ["USD", "JPY"],
        "countries": ["US", "DE"],
        "pricesIncludeTax": True,
        **given,
    }


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
    assert answer["errors"] == [
        {"message": "There is no channel 'nowhere'.", "extensions": {"code": "BAD_USER_INPUT"}},
    ]
    assert "data" not in answer


async def test_nonsense_in_context_headers_is_a_bad_request(shop: Shop, client: Client) -> None:
    await make_channel(shop)
    for header, value in (("X-Country", "Germany"), ("X-Currency", "euro")):
        answer = await client.send("{ context { locale } }", {header: value})
        assert answer["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT"}


async def test_shop_without_a_channel_can_still_be_set_up(client: Client) -> None:
    answer = await client.send("{ channels { code } context { locale } }")
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["NO_CHANNEL"]
    assert answer["data"] is None
    data = await client("query { channels { code } countries { name } }", {"Accept-Language": "de"})
    assert data["channels"] == []
    assert {"name": "Ägypten"} in data["countries"]
    client.act()
    data = await client(CREATE, input=channel_input())
    assert data["channelCreate"]["userErrors"] == []
    assert (await client("{ context { channel { code } } }"))["context"] == {"channel": {"code": "web"}}


async def test_staff_opens_a_channel(client: Client) -> None:
    client.act(Permission.SETTINGS_WRITE)
    data = await client(CREATE, input=channel_input(timeZone="Asia/Shanghai"))
    channel = data["channelCreate"]["channel"]
    key = channel.pop("id")
    assert data["channelCreate"] == {
        "userErrors": [],
        "channel": {
            "code": "web", "name": "Web", "locales": [{"locale": "en"}, {"locale": "zh-Hans"}],
            "currencies": [{"code": "USD", "fractionDigits": 2}, {"code": "JPY", "fractionDigits": 0}],
            "countries": ["US", "DE"], "timeZone": "Asia/Shanghai", "pricesIncludeTax": True,
        },
    }  # fmt: skip
    assert (await client("query Q($id: ID!) { node(id: $id) { id } }", id=key))["node"] == {"id": key}


async def test_channel_is_refused_with_the_field_at_fault(client: Client) -> None:
    client.act()
    cases = [
        ({"code": "Not a code"}, "INVALID", ["input", "code"]),
        ({"locales": []}, "REQUIRED", ["input", "locales"]),
        ({"currencies": ["USD", "USD"]}, "INVALID", ["input", "currencies"]),
        ({"timeZone": "Mars/Olympus"}, "INVALID", ["input", "timeZone"]),
        ({"timeZone": "Europe"}, "INVALID", ["input", "timeZone"]),
        ({"timeZone": "x" * 20_000}, "INVALID", ["input", "timeZone"]),
        ({"name": []}, "REQUIRED", ["input", "name"]),
        ({"name": [{"locale": "en", "text": "x" * 256}]}, "INVALID", ["input", "name", "0", "text"]),
    ]
    for wrong, code, field in cases:
        payload = (await client(CREATE, input=channel_input(**wrong)))["channelCreate"]
        assert payload["channel"] is None
        assert [(error["code"], error["field"]) for error in payload["userErrors"]] == [(code, field)]
    assert (await client("{ channels { code } }"))["channels"] == []


async def test_code_of_a_channel_is_taken_once(shop: Shop, client: Client) -> None:
    await make_channel(shop)
    client.act()
    payload = (await client(CREATE, {"Accept-Language": "zh-CN"}, input=channel_input()))["channelCreate"]
    assert payload == {
        "channel": None,
        "userErrors": [{"code": "TAKEN", "message": "“web”已被占用。", "field": ["input", "code"]}],
    }


UPDATE = """
mutation Update($input: ChannelUpdateInput!) {
  channelUpdate(input: $input) { channel { name currencies { code } } userErrors { code field } }
}
"""


async def test_staff_changes_a_channel_and_what_is_left_out_stays(shop: Shop, client: Client) -> None:
    channel = await make_channel(shop)
    client.act()
    key = encode("channel", channel.id)
    payload = (await client(UPDATE, input={"channelId": key, "currencies": ["EUR"]}))["channelUpdate"]
    assert payload == {"channel": {"name": "Web", "currencies": [{"code": "EUR"}]}, "userErrors": []}


async def test_unknown_channel_cannot_be_changed(client: Client) -> None:
    client.act()
    for key in ("channel_00000000000000000000000000", "product_00000000000000000000000000", "nonsense"):
        payload = (await client(UPDATE, input={"channelId": key}))["channelUpdate"]
        assert payload == {"channel": None, "userErrors": [{"code": "NOT_FOUND", "field": ["input", "channelId"]}]}


async def test_closed_channel_is_seen_by_staff_only(shop: Shop, client: Client) -> None:
    await make_channel(shop, "web")
    closed = await make_channel(shop, "pop-up")
    key = encode("channel", closed.id)
    client.act()
    await client(UPDATE, input={"channelId": key, "isActive": False})
    text = "query Q($id: ID!) { node(id: $id) { id } channels { code } }"
    assert (await client(text, id=key)) == {"node": {"id": key}, "channels": [{"code": "web"}]}
    shop.acting = None
    assert (await client(text, id=key))["node"] is None


async def test_guests_and_staff_without_permission_open_no_channel(client: Client) -> None:
    answer = await client.send(CREATE, input=channel_input())
    assert answer["errors"][0]["extensions"] == {"code": "UNAUTHENTICATED"}
    client.act(Permission.ORDERS_READ)
    answer = await client.send(CREATE, input=channel_input())
    assert answer["errors"][0]["extensions"] == {"code": "FORBIDDEN"}
    assert (await client("{ channels { code } }"))["channels"] == []
