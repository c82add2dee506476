"""A person is told all of their orders, and forgotten: the orders stay, and tell nothing of whom they were for."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from commerce.kit import people
from commerce.kit.actor import Permission
from commerce.kit.jobs import drain
from tests.cart.test_merging import NOTE
from tests.conftest import Client, ShopUnderTest
from tests.orders.test_graphql import CANCEL, FULFILL, REFUND
from tests.orders.test_people import CHINA, bought
from tests.shopfront import LINES_ADD, make_person, open_shop, ready_checkout

PERSONAL = [
    "li.lei",
    "李雷",
    "科技园",
    "518000",
    "13812345678",
    "engraved for Lei",
    "SF-LEI",
    "broken, says Lei",
    "Ring Lei",
]
PARTS = ["carts", "checkouts", "orders", "parcels"]


async def everything(shop: ShopUnderTest) -> str:
    """All rows of all tables as text, with what is sealed opened by our own key."""
    found = []
    names = await shop.database.rows(
        text("select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace")
    )
    for (name,) in names:
        for row in await shop.database.rows(text(f"select * from {name}")):
            found += [_opened(shop, value) for value in row]
    return "\n".join(found)


def _opened(shop: ShopUnderTest, value: Any) -> str:
    if not isinstance(value, bytes):
        return str(value)
    for label in ("email", "phone", "address", "note", "subject", "name", "message", "contact", "challenge"):
        try:
            return shop.database.vault.open(label, value)
        except Exception:  # noqa: BLE001  (sealed as something else)
            continue
    return ""


async def lived(shop: ShopUnderTest, client: Client) -> tuple[UUID, dict[str, Any]]:
    """Somebody with an order of their own, one that they placed as a guest, and an open cart."""
    goods = await open_shop(shop)
    contact = {"email": "li.lei@example.com", "phone": "+8613812345678"}
    filled = {**contact, "shippingAddress": CHINA, "billingAddress": CHINA}
    guests = await bought(client, goods, "guest", country="CN", **filled)
    shop.acting = person = await make_person(shop, email="li.lei@example.com")
    order = await bought(client, goods, "own", country="CN", **filled)
    cart = await ready_checkout(client, goods)
    mug = {"variantId": goods.variant("MUG"), "properties": [{"key": "engraving", "value": "engraved for Lei"}]}
    await client(LINES_ADD, input={"cartId": cart["cart"]["id"], "lines": [mug]})
    await client(NOTE, input={"cartId": cart["cart"]["id"], "note": "Ring Lei"})
    await drain(shop.context())
    client.act()
    for one in (guests, order):
        sent = {"orderId": one["id"], "trackingNumber": "SF-LEI", "idempotencyKey": one["id"]}
        assert (await client(FULFILL, input=sent))["orderFulfill"]["userErrors"] == []
    back = {"orderId": order["id"], "amount": "1.00", "reason": "broken, says Lei", "idempotencyKey": "back"}
    assert (await client(REFUND, input=back))["orderRefund"]["userErrors"] == []
    await drain(shop.context())
    async with shop.database.session() as session:  # what others hold of the person is theirs to forget
        for table in ("messages_message", "accounts_challenge"):
            await session.execute(text(f"delete from {table}"))
    assert person.id is not None
    return person.id, order


async def test_person_is_found_nowhere_and_the_sums_are_as_before(shop: ShopUnderTest, client: Client) -> None:
    person, order = await lived(shop, client)
    before = await everything(shop)
    assert [part for part in PERSONAL if part not in before] == [], "or the scan would find nothing anyway"
    sums = "select sum(total), sum(tax), count(*), max(country) from orders_order"
    kept = await shop.database.rows(text(sums))
    for _ in range(2):  # it may run twice and must not mind
        async with shop.context().transaction() as session:
            for part in PARTS:
                await people.erasures[part](session, person)
            await session.execute(text("delete from accounts_identity"))  # as accounts do
    after = await everything(shop)
    assert [part for part in PERSONAL if part in after] == []
    assert await shop.database.rows(text(sums)) == kept
    client.act(Permission.ORDERS_READ)
    document = """query($id: ID!) { order(id: $id) { email phone note status
      shippingAddress { name lines city region country } billingAddress { region } refunds { reason }
      fulfillments { carrier trackingNumber trackingUrl } totals { total { amount } } } }"""
    seen = (await client(document, id=order["id"]))["order"]
    assert (seen["email"], seen["phone"], seen["note"], seen["status"]) == (None, None, None, "COMPLETED")
    assert seen["shippingAddress"].pop("name") in ("", "***")
    assert seen["shippingAddress"] == {"lines": [], "city": None, "region": "CN-GD", "country": "CN"}
    assert seen["billingAddress"] == {"region": "CN-GD"}
    assert seen["refunds"] == [{"reason": None}]
    assert seen["fulfillments"] == [{"carrier": None, "trackingNumber": None, "trackingUrl": None}]
    found = await client('{ orders(query: "li.lei@example.com") { totalCount } }')
    assert found["orders"]["totalCount"] == 0
    carts = "select count(*) from cart_cart where customer_id is not null"
    assert await shop.database.rows(text(carts)) == [(0,)]
    assert await shop.database.rows(text("select count(*) from checkout_checkout")) == [(0,)]


async def test_guest_orders_are_forgotten_even_if_their_claim_is_late(shop: ShopUnderTest, client: Client) -> None:
    goods = await open_shop(shop)
    await bought(client, goods, email="li.lei@example.com")
    person = await make_person(shop, email="li.lei@example.com")
    assert person.id is not None
    async with shop.context().transaction() as session:
        await people.erasures["orders"](session, person.id)
    assert await shop.database.rows(text("select email, email_index from orders_order")) == [(None, None)]


async def test_person_is_told_everything(shop: ShopUnderTest, client: Client) -> None:
    person, order = await lived(shop, client)
    told = {part: await people.exports[part](shop.context(), person) for part in PARTS}
    text_ = str(told)
    assert [part for part in PERSONAL if part not in text_] == []
    assert len(told["orders"]) == 2
    assert told["orders"][0]["number"] == order["number"]
    assert told["orders"][0]["payments"][0]["status"] == "PARTIALLY_REFUNDED"
    assert told["orders"][0]["refunds"][0]["amount"] == "1.00 CNY"
    engraved = [line["properties"] for cart in told["carts"] for line in cart["lines"] if line["properties"]]
    assert engraved == [{"engraving": "engraved for Lei"}]
    nobody = await make_person(shop)
    assert {part: await people.exports[part](shop.context(), nobody.id) for part in PARTS} == {  # type: ignore[arg-type]
        part: [] for part in PARTS
    }


@pytest.mark.parametrize(("token", "is_held"), [("test_success", True), ("test_action", True)])
async def test_who_waits_for_something_is_not_forgotten_yet(
    shop: ShopUnderTest, client: Client, token: str, *, is_held: bool
) -> None:
    from tests.shopfront import complete  # noqa: PLC0415

    goods = await open_shop(shop)
    shop.acting = person = await make_person(shop)
    assert person.id is not None
    assert await people.holds["orders"](shop.context(), person.id) is None
    order = (await complete(client, await ready_checkout(client, goods), paymentToken=token))["order"]
    assert (await people.holds["orders"](shop.context(), person.id) is not None) is is_held
    client.act()
    await client(CANCEL, input={"orderId": order["id"], "idempotencyKey": "c"})
    await drain(shop.context())
    assert await people.holds["orders"](shop.context(), person.id) is None
