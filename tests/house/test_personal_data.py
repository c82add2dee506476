"""It is known what is kept of people, and nothing of it stays of somebody who is forgotten."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from commerce.customers import actions
from commerce.kit import ids
from commerce.kit.actor import Actor, ActorKind, Permission
from commerce.kit.jobs import drain
from commerce.kit.people import erased_tables, erasures
from commerce.kit.sealing import INDEXED
from tests.accounts.documents import CODE_SEND, STAFF_INVITE
from tests.accounts.factory import make_staff
from tests.conftest import Client, ShopUnderTest, TestClock
from tests.customers.documents import ADDRESS_CREATE, GRANT, GROUP_CREATE, MEMBERS_ADD
from tests.customers.factory import act_as, make_customer
from tests.house.asking import document
from tests.house.personal_data import IN_CLEAR, NOT_OF_PEOPLE, PAGE, forgotten_by, page, sealed, sealed_tables, traces
from tests.shopfront import ADDRESSES, complete, open_shop, ready_checkout

EMAIL, PHONE = "wilhelmina@quastel.example", "+12015550177"
NAME, STREET = "Wilhelmina Quastel", "77 Zephyr Lane"
WORDS = [EMAIL, "quastel", "wilhelmina", PHONE, PHONE[2:], "zephyr"]
HOME = {**ADDRESSES["US"], "country": "US", "name": NAME, "lines": [STREET], "phone": PHONE}
ERASE = 'mutation { erasureRequest(input: {password: "harbor-and-pine"}) { obstacles { part } userErrors { code } } }'
EXPORT = 'mutation { personalDataExport(input: {password: "harbor-and-pine"}) { userErrors { code } } }'
SUMS = """select count(*), sum(subtotal), sum(discount), sum(shipping), sum(tax), sum(total), min(placed_at), max(currency)
  from orders_order"""


def test_every_table_with_sealed_columns_has_somebody_who_forgets_people_in_it() -> None:
    tables = {one.name for one in sealed_tables()}
    assert {name for name in tables if not forgotten_by(name)} == set(NOT_OF_PEOPLE)
    assert {name for named in erased_tables.values() for name in named} <= tables
    assert set(erased_tables) == set(erasures)


def test_the_page_about_personal_data_is_current() -> None:
    assert PAGE.read_text("utf-8") == page(), "write it with: python -m tests.house.personal_data"


@pytest.fixture
async def everywhere(shop: ShopUnderTest, client: Client) -> UUID:
    """Somebody who has left traces wherever people do."""
    goods = await open_shop(shop)
    ada = await make_staff(shop)
    person = await make_customer(shop, EMAIL, PHONE, NAME, channels=goods.channels.values())
    act_as(client, person)
    await client(ADDRESS_CREATE, input={"address": HOME})
    await client(GRANT, purpose="ANALYTICS", version="1")
    await buy(client, goods, "order-1")
    client.shop.acting = None
    await buy(client, goods, "order-2")  # as a guest, with the same contacts
    for to in ({"email": EMAIL}, {"phone": PHONE}):
        await client(CODE_SEND, input={"to": to, "purpose": "SIGN_IN"})
    await drain(shop.context())
    act_as(client, person)
    checkout = await ready_checkout(client, goods)
    await fill(client, checkout["id"])
    await client(document("cartNoteSet", 1), input={"cartId": checkout["cart"]["id"], "note": f"For {NAME}"})
    await client(EXPORT)
    await drain(shop.context())
    shop.acting = Actor(ActorKind.STAFF, ada.id, frozenset(Permission))
    group = (await client(GROUP_CREATE, input={"code": "g", "name": "G"}))["customerGroupCreate"]["customerGroup"]["id"]
    customer = ids.encode("customer", person)
    await client(MEMBERS_ADD, group=group, customers=[customer])
    await client(document("customerNoteSet", 1), input={"customerId": customer, "note": f"{NAME} of {STREET}"})
    await send_all(client, goods)
    await client(STAFF_INVITE, input={"email": EMAIL, "name": NAME})
    return person


async def fill(client: Client, checkout: str) -> dict[str, Any]:
    sent = {"checkoutId": checkout, "email": EMAIL, "phone": PHONE, "shippingAddress": HOME, "billingAddress": HOME}
    return (await client(document("checkoutUpdate", 3), input=sent))["checkoutUpdate"]["checkout"]


async def buy(client: Client, goods: Any, key: str) -> None:
    """An order with all that a buyer may say."""
    ready = await ready_checkout(client, goods)
    engraved = {"variantId": goods.variant("PEN"), "quantity": 1, "properties": [{"key": "for", "value": NAME}]}
    cart = {"cartId": ready["cart"]["id"], "lines": [engraved]}
    assert (await client(document("cartLinesAdd", 1), input=cart))["cartLinesAdd"]["userErrors"] == []
    await client(document("cartNoteSet", 1), input={"cartId": ready["cart"]["id"], "note": f"For {NAME}"})
    placed = await complete(client, await fill(client, ready["id"]), key, paymentToken="test_success")
    assert placed["userErrors"] == []


async def send_all(client: Client, goods: Any) -> None:
    """Send what was ordered, so that nothing is open any more."""
    text_ = "{ orders(first: 10) { nodes { id lines { id quantity } } } }"
    for order in (await client(text_))["orders"]["nodes"]:
        lines = [{"lineId": line["id"], "quantity": line["quantity"]} for line in order["lines"]]
        sent = {
            "orderId": order["id"],
            "lines": lines,
            "carrier": "DHL",
            "trackingNumber": "1",
            "idempotencyKey": order["id"],
        }
        assert (await client(document("orderFulfill", 1), input=sent))["orderFulfill"]["userErrors"] == []


async def test_somebody_who_is_forgotten_is_found_nowhere(
    shop: ShopUnderTest, client: Client, clock: TestClock, everywhere: UUID
) -> None:
    before = await traces(shop, WORDS)
    sums = [tuple(row) for row in await shop.database.rows(text(SUMS))]
    expected = {f"{one.name}.{name}" for one in sealed_tables() for name in sealed(one)}
    left_out = {
        "accounts_app_token.signing", "accounts_challenge.hidden", "accounts_identity.union", "accounts_session.reason",
        "accounts_totp.secret",
    }  # fmt: skip
    assert expected - before == left_out  # so that the search is known to find what there is
    indexes = {f"{one.name}.{each.name}" for one in sealed_tables() for each in one.columns if INDEXED in each.info}
    assert before - expected - indexes == set(IN_CLEAR)  # and nothing else lies open
    act_as(client, everywhere)
    asked = (await client(ERASE))["erasureRequest"]
    assert asked == {"obstacles": [], "userErrors": []}
    clock.advance(days=7)
    [key] = await actions.due_erasures(shop.context())
    await actions.erase(shop.context(), key)
    await drain(shop.context())
    assert await traces(shop, WORDS) == set()
    assert [tuple(row) for row in await shop.database.rows(text(SUMS))] == sums
    await actions.erase(shop.context(), key)
    assert await traces(shop, WORDS) == set()
