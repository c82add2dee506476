"""A guest sees an order by its number and a code that goes to the contact it was placed with: once, and nobody else."""

from typing import Any

import pytest

from commerce.kit.jobs import drain
from tests.accounts.letters import code_for, letters, other_than
from tests.conftest import Client, ShopUnderTest, TestClock
from tests.orders.test_people import bought
from tests.shopfront import make_person, open_shop

REQUEST = """mutation($input: OrderLookupRequestInput!) { orderLookupRequest(input: $input) {
  challengeId expiresAt resendAt userErrors { code field } } }"""
LOOKUP = """mutation($input: OrderLookupInput!) { orderLookup(input: $input) {
  order { number email phone shippingAddress { name lines } timeline { message } } userErrors { code field } } }"""
REJECTED = {"order": None, "userErrors": [{"code": "CREDENTIAL_REJECTED", "field": ["input", "code"]}]}


async def ask(client: Client, number: str, headers: dict[str, str] | None = None, **to: str) -> dict[str, Any]:
    answer = await client(REQUEST, headers, input={"number": number, "to": to})
    return answer["orderLookupRequest"]  # type: ignore[no-any-return]


async def look(client: Client, challenge: str, code: str) -> dict[str, Any]:
    answer = await client(LOOKUP, input={"challengeId": challenge, "code": code})
    return answer["orderLookup"]  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("to", "address"),
    [
        ({"email": " Li.Lei@Example.com"}, "li.lei@example.com"),
        ({"phone": "+86 138 1234 5678"}, "+8613812345678"),
    ],
)
async def test_guest_sees_the_whole_order_once(
    shop: ShopUnderTest, client: Client, to: dict[str, str], address: str
) -> None:
    goods = await open_shop(shop)
    order = await bought(client, goods, email="li.lei@example.com", phone="+8613812345678")
    sent = await ask(client, f" {order['number']} ", **to)
    assert sent["userErrors"] == []
    await drain(shop.context())
    code = await code_for(shop, address)
    assert await look(client, sent["challengeId"], other_than(code)) == REJECTED
    seen = await look(client, sent["challengeId"], f"{code[:3]} {code[3:]}")
    assert seen["userErrors"] == []
    assert (seen["order"]["number"], seen["order"]["email"]) == (order["number"], "li.lei@example.com")
    assert seen["order"]["phone"] == "+8613812345678"
    assert seen["order"]["shippingAddress"] == {"name": "Ada Park", "lines": ["1 Pier St"]}
    assert await look(client, sent["challengeId"], code) == REJECTED, "each code is good for one look"


async def test_the_letter_is_in_the_language_of_who_asked(shop: ShopUnderTest, client: Client) -> None:
    order = await bought(client, await open_shop(shop))
    await ask(client, order["number"], {"Accept-Language": "zh-CN"}, email="ada@example.com")
    await drain(shop.context())
    assert "订单查询验证码" in (await letters(shop, "ada@example.com"))[0].text


async def test_no_code_goes_out_unless_number_and_contact_go_together(
    shop: ShopUnderTest, client: Client, counted: Any
) -> None:
    """And nothing tells: the same is answered, and the same is done."""
    goods = await open_shop(shop)
    order = await bought(client, goods, "one", email="li.lei@example.com")
    other = await bought(client, goods, "two", email="han.meimei@example.com")
    await drain(shop.context())
    tries = [
        (order["number"], "li.lei@example.com"), (other["number"], "lei.li@example.com"),
        ("no number", "nobody@example.com"), (order["number"], "han.meimei@example.com"),
    ]  # fmt: skip
    shapes, statements = [], []
    for number, email in tries:
        counted()
        answer = await ask(client, number, email=email)
        statements.append(counted())
        shapes.append({name: bool(value) for name, value in answer.items()})
    assert all(one == shapes[0] for one in shapes)
    assert all(one == statements[0] for one in statements), "not one statement more or other"
    await drain(shop.context())
    assert [letter.recipient.address for letter in await letters(shop)] == ["li.lei@example.com"]


async def test_code_for_something_else_shows_no_order(shop: ShopUnderTest, client: Client) -> None:
    from tests.accounts.documents import send_code, sign_in_by_code  # noqa: PLC0415

    order = await bought(client, await open_shop(shop), email="li.lei@example.com")
    await make_person(shop, email="li.lei@example.com")
    sent = await ask(client, order["number"], email="li.lei@example.com")
    await drain(shop.context())
    code = await code_for(shop, "li.lei@example.com")
    signed_in = await sign_in_by_code(client, sent["challengeId"], code)
    assert [error["code"] for error in signed_in["userErrors"]] == ["CREDENTIAL_REJECTED"]
    other = await send_code(client, phone="+8613812345678")
    assert await look(client, other["challengeId"], await code_for(shop, "+8613812345678")) == REJECTED
    assert await look(client, "nonsense", code) == REJECTED
    assert (await look(client, sent["challengeId"], code))["userErrors"] == []


async def test_codes_end_and_cannot_be_tried_for_long(shop: ShopUnderTest, client: Client, clock: TestClock) -> None:
    order = await bought(client, await open_shop(shop), email="li.lei@example.com")
    sent = await ask(client, order["number"], email="li.lei@example.com")
    await drain(shop.context())
    code = await code_for(shop, "li.lei@example.com")
    for _ in range(5):
        assert await look(client, sent["challengeId"], other_than(code)) == REJECTED
    assert await look(client, sent["challengeId"], code) == REJECTED
    clock.advance(minutes=2)
    late = await ask(client, order["number"], email="li.lei@example.com")
    await drain(shop.context())
    code = await code_for(shop, "li.lei@example.com")
    clock.advance(minutes=6)
    assert await look(client, late["challengeId"], code) == REJECTED


async def test_asking_is_limited_per_contact_whether_it_is_known_or_not(shop: ShopUnderTest, client: Client) -> None:
    order = await bought(client, await open_shop(shop), email="li.lei@example.com")
    for email in ("li.lei@example.com", "nobody@example.com"):
        assert (await ask(client, order["number"], email=email))["userErrors"] == []
        again = await ask(client, order["number"], email=email)
        assert [error["code"] for error in again["userErrors"]] == ["LIMIT_EXCEEDED"]
        assert again["challengeId"] is None


@pytest.mark.parametrize("to", [{"email": "nonsense"}, {"phone": "12"}])
async def test_what_is_no_contact_is_refused(shop: ShopUnderTest, client: Client, to: dict[str, str]) -> None:
    await open_shop(shop)
    [name] = to
    answer = await ask(client, "1", **to)
    assert answer["userErrors"] == [{"code": "INVALID", "field": ["input", "to", name]}]
