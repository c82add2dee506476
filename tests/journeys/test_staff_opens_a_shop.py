"""A merchant sets a shop up by the API alone, two guests buy in two languages and currencies, and staff does the rest."""

from decimal import Decimal
from typing import Any

from commerce.kit.jobs import drain
from commerce.shop import Shop
from tests.accounts.documents import signed_in
from tests.accounts.factory import make_staff
from tests.conftest import Client
from tests.shopfront import ADDRESSES, ERRORS, ORDER, complete

DEPTH = "userErrors { code message field }"


def said(**texts: str) -> list[dict[str, str]]:
    return [{"locale": locale.replace("_", "-"), "text": text} for locale, text in texts.items()]


class Merchant:
    """Staff at a keyboard: every mutation must succeed."""

    def __init__(self, client: Client) -> None:
        self.client = client

    async def do(self, mutation: str, answer: str, **given: Any) -> Any:
        kind = mutation[0].upper() + mutation[1:] + "Input"
        text = f"mutation($input: {kind}!) {{ {mutation}(input: $input) {{ {answer} {DEPTH} }} }}"
        payload = (await self.client(text, input=given))[mutation]
        assert payload["userErrors"] == [], payload["userErrors"]
        return payload

    async def channel(self, code: str, locales: list[str], currency: str, country: str) -> str:
        payload = await self.do(
            "channelCreate", "channel { id }", code=code, name=said(en=code), locales=locales,
            currencies=[currency], countries=[country], pricesIncludeTax=True, timeZone="Asia/Tokyo",
        )  # fmt: skip
        key: str = payload["channel"]["id"]
        await self.do(
            "paymentOptionCreate", "paymentOption { id }",
            channelId=key, code="test.card", name=said(en="Card", zh_Hans="银行卡"),
        )  # fmt: skip
        zone = await self.do(
            "shippingZoneCreate", "shippingZone { id }", code=f"zone-{code}", name=said(en=code), countries=[country]
        )
        price = {"amount": {"JPY": "500", "CNY": "12.00"}[currency], "currencyCode": currency}
        await self.do(
            "shippingMethodCreate", "shippingMethod { id }", zoneId=zone["shippingZone"]["id"], channelId=key,
            code="express", name=said(en="Express", zh_Hans="快递"), rates=[{"price": price}],
        )  # fmt: skip
        return key


async def set_up(merchant: Merchant) -> dict[str, str]:
    """Two channels, one category, three goods with prices and stock; the variants by SKU."""
    mini = await merchant.channel("mini", ["zh-Hans", "en"], "CNY", "CN")
    japan = await merchant.channel("jp", ["en", "zh-Hans"], "JPY", "JP")
    await merchant.do("taxClassCreate", "taxClass { id }", code="standard", name=said(en="Standard"))
    for country, percent in (("CN", "13"), ("JP", "10")):
        await merchant.do(
            "taxRateSet", "taxRate { id }", country=country, classCode="standard", percent=percent, name=said(en="VAT")
        )
    house = await merchant.do(
        "warehouseCreate", "warehouse { id }", code="shenzhen", name=said(en="Shenzhen"), country="CN"
    )
    for channel in (mini, japan):
        await merchant.do(
            "channelWarehousesSet", "warehouses { id }", channelId=channel, warehouseIds=[house["warehouse"]["id"]]
        )
    tea = await merchant.do("categoryCreate", "category { id slug }", name=said(en="Tea", zh_Hans="茶"))
    variants = {}
    for sku, english, chinese, yuan, yen in (
        ("POT", "Tea pot", "茶壶", "199.00", "4200"),
        ("CUP", "Tea cup", "茶杯", "39.90", "890"),
        ("TIN", "Tea tin", "茶罐", "59.50", "1280"),
    ):
        product = await merchant.do(
            "productCreate", "product { id variants { nodes { id } } }", name=said(en=english, zh_Hans=chinese),
            slugs=said(en=sku.lower(), zh_Hans=sku.lower()), categoryIds=[tea["category"]["id"]],
            variants=[{"sku": sku}],
        )  # fmt: skip
        variant = variants[sku] = product["product"]["variants"]["nodes"][0]["id"]
        await merchant.do(
            "productPublish", "product { status }", productId=product["product"]["id"], channelIds=[mini, japan]
        )
        for channel, amount, currency in ((mini, yuan, "CNY"), (japan, yen, "JPY")):
            prices = [{"variantId": variant, "amount": {"amount": amount, "currencyCode": currency}}]
            await merchant.do("pricesSet", "variants { id }", channelId=channel, prices=prices)
        await merchant.do(
            "stockAdjust", "stockLevel { onHand }", variantId=variant, warehouseId=house["warehouse"]["id"],
            change={"quantity": 10}, idempotencyKey=f"stock-{sku}",
        )  # fmt: skip
    return variants


async def buy(client: Client, variants: dict[str, str], country: str, email: str, **headers: str) -> dict[str, Any]:
    """One of each, in four requests with the headers of a channel; the order."""
    lines = [{"variantId": variant} for variant in variants.values()]
    text = "mutation($input: CartCreateInput!) { cartCreate(input: $input) { cart { id lines { title } } userErrors { code } } }"
    cart = (await client(text, headers, input={"lines": lines}))["cartCreate"]["cart"]
    fields = "id requirements { code } shippingOptions { id name } paymentOptions { id name } totals { total { amount formatted } }"
    text = f"mutation($input: CheckoutStartInput!) {{ checkoutStart(input: $input) {{ checkout {{ {fields} }} {ERRORS} }} }}"
    given = {"cartId": cart["id"], "email": email, "shippingAddress": {**ADDRESSES[country], "country": country}}
    checkout = (await client(text, headers, input=given))["checkoutStart"]["checkout"]
    text = f"mutation($input: CheckoutUpdateInput!) {{ checkoutUpdate(input: $input) {{ checkout {{ {fields} }} {ERRORS} }} }}"
    given = {
        "checkoutId": checkout["id"],
        "shippingOptionId": checkout["shippingOptions"][0]["id"],
        "paymentOptionId": checkout["paymentOptions"][0]["id"],
    }
    ready = (await client(text, headers, input=given))["checkoutUpdate"]["checkout"]
    assert ready["requirements"] == []
    payload = await complete(client, ready, key=f"buy-{country}")
    assert payload["userErrors"] == []
    return {"titles": [line["title"] for line in cart["lines"]], "checkout": ready, "order": payload["order"]}


async def test_from_an_empty_shop_to_a_refund(shop: Shop, client: Client) -> None:
    await make_staff(shop)
    client.token = (await signed_in(client))["accessToken"]
    variants = await set_up(Merchant(client))
    client.token = None

    chinese = await buy(
        client, variants, "CN", "lilei@example.cn", **{"X-Channel": "mini", "Accept-Language": "zh-CN,zh;q=0.9"}
    )
    assert chinese["titles"] == ["茶壶", "茶杯", "茶罐"]
    assert chinese["checkout"]["shippingOptions"][0]["name"] == "快递"
    assert chinese["checkout"]["paymentOptions"][0]["name"] == "银行卡"
    assert chinese["checkout"]["totals"]["total"] == {"amount": "310.40", "formatted": "¥310.40"}
    japanese = await buy(client, variants, "JP", "ada@example.jp", **{"X-Channel": "jp", "X-Currency": "JPY"})
    assert japanese["titles"] == ["Tea pot", "Tea cup", "Tea tin"]
    assert japanese["checkout"]["totals"]["total"] == {"amount": "6870", "formatted": "¥6,870"}
    await drain(shop.context())

    client.token = (await signed_in(client))["accessToken"]
    listed = await client("{ orders(first: 10) { totalCount nodes { id number status totals { total { amount } } } } }")
    assert listed["orders"]["totalCount"] == 2
    assert {node["number"] for node in listed["orders"]["nodes"]} == {
        chinese["order"]["number"],
        japanese["order"]["number"],
    }
    await _fulfill(client, chinese["order"])
    await _refund(client, japanese["order"])
    await drain(shop.context())
    timeline = "query($id: ID!) { order(id: $id) { timeline { message } fulfillments { carrier trackingNumber lines { quantity } } } }"
    seen = (await client(timeline, {"Accept-Language": "en"}, id=chinese["order"]["id"]))["order"]
    assert [entry["message"] for entry in seen["timeline"]] == [
        "Everything was sent.", "A parcel was sent.", "A parcel was sent.", "The order was paid.", "The order was placed.",
    ]  # fmt: skip
    assert [parcel["trackingNumber"] for parcel in seen["fulfillments"]] == ["SF1", None]
    assert [[line["quantity"] for line in parcel["lines"]] for parcel in seen["fulfillments"]] == [[1], [1, 1]]


async def _fulfill(client: Client, order: dict[str, Any]) -> None:
    """One parcel with one line, then the rest."""
    text = f"mutation($input: OrderFulfillInput!) {{ orderFulfill(input: $input) {{ order {{ {ORDER} }} {ERRORS} }} }}"
    lines = [{"lineId": order["lines"][0]["id"], "quantity": 1}]
    given = {"orderId": order["id"], "lines": lines, "carrier": "SF", "trackingNumber": "SF1", "idempotencyKey": "p1"}
    part = (await client(text, input=given))["orderFulfill"]
    assert part["userErrors"] == []
    assert (part["order"]["status"], part["order"]["fulfillmentStatus"]) == ("PROCESSING", "PARTIALLY_FULFILLED")
    again = (await client(text, input=given))["orderFulfill"]
    assert again == part
    rest = (await client(text, input={"orderId": order["id"], "idempotencyKey": "p2"}))["orderFulfill"]
    assert (rest["order"]["status"], rest["order"]["fulfillmentStatus"]) == ("COMPLETED", "FULFILLED")
    none = (await client(text, input={"orderId": order["id"], "idempotencyKey": "p3"}))["orderFulfill"]
    assert [error["code"] for error in none["userErrors"]] == ["STATE_NOT_ALLOWED"]


async def _refund(client: Client, order: dict[str, Any]) -> None:
    """A part, then more than is left, then the rest."""
    text = f"mutation($input: OrderRefundInput!) {{ orderRefund(input: $input) {{ order {{ {ORDER} }} {ERRORS} }} }}"
    total = Decimal(order["totals"]["total"]["amount"])
    given = {"orderId": order["id"], "amount": "1000", "reason": "A chip in the cup", "idempotencyKey": "r1"}
    part = (await client(text, input=given))["orderRefund"]
    assert part["userErrors"] == []
    assert part["order"]["paymentStatus"] == "PARTIALLY_REFUNDED"
    assert (await client(text, input=given))["orderRefund"]["order"]["refunds"] == part["order"]["refunds"]
    for amount, code in ((str(total), "REFUND_EXCEEDS_CAPTURED"), ("0", "REFUND_EXCEEDS_CAPTURED"), ("1.5", "INVALID")):
        wrong = {**given, "amount": amount, "idempotencyKey": f"r-{amount}"}
        refused = (await client(text, input=wrong))["orderRefund"]
        assert [(e["code"], e["field"]) for e in refused["userErrors"]] == [(code, ["input", "amount"])]
    rest = (await client(text, input={**given, "amount": str(total - 1000), "idempotencyKey": "r2"}))["orderRefund"]
    assert rest["order"]["paymentStatus"] == "REFUNDED"
    assert [refund["amount"]["amount"] for refund in rest["order"]["refunds"]] == ["1000", str(total - 1000)]
