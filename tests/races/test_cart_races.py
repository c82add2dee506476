"""Many requests for one cart."""

import pytest

from commerce.shop import Shop
from tests.conftest import Client
from tests.races.factory import at_once, codes, copies, number
from tests.shopfront import LINES_UPDATE, open_shop, ready_checkout

pytestmark = pytest.mark.race
ADD = """mutation($input: CartLinesAddInput!) { cartLinesAdd(input: $input) {
  cart { version totalQuantity lines { id } } userErrors { code } } }"""


async def test_no_unit_is_lost_when_forty_requests_add_to_each_of_many_carts(
    racing_shop: Shop, racing_client: Client
) -> None:
    goods = await open_shop(racing_shop, stock=10_000)
    checkouts = await copies(racing_shop, await ready_checkout(racing_client, goods, quantities={"MUG": 1}), 25)
    skus = ["MUG", "TEA"]

    async def add(cart: str, i: int) -> list[str]:
        lines = [{"variantId": goods.variant(skus[i % 2]), "quantity": 1 + i % 3}]
        return codes((await racing_client(ADD, input={"cartId": cart, "lines": lines}))["cartLinesAdd"])

    work = [add(one["cart"]["id"], i) for i in range(40) for one in checkouts]
    assert all(not told for told in await at_once(work))
    units = 1 + sum(1 + i % 3 for i in range(40))
    for one in checkouts[:2]:
        seen = await racing_client(
            "query($id: ID!) { cart(id: $id) { version totalQuantity lines { id } } }", id=one["cart"]["id"]
        )
        assert (seen["cart"]["totalQuantity"], len(seen["cart"]["lines"])) == (units, 2)
    own = "cart_id in (select id from cart_cart where version > 20)"
    assert await number(racing_shop, f"select sum(quantity) from cart_line where {own}") == 25 * units
    assert await number(racing_shop, "select count(distinct version) from cart_cart where version > 20") == 1


async def test_a_key_adds_once_however_often_it_comes(racing_shop: Shop, racing_client: Client) -> None:
    goods = await open_shop(racing_shop)
    checkout = await ready_checkout(racing_client, goods, quantities={"MUG": 1})
    given = {"cartId": checkout["cart"]["id"], "lines": [{"variantId": goods.variant("TEA"), "quantity": 2}]}
    work = [racing_client(ADD, input={**given, "idempotencyKey": "key"}) for _ in range(12)]
    answers = [answer["cartLinesAdd"] for answer in await at_once(work)]
    assert {answer["cart"]["totalQuantity"] for answer in answers} == {3}
    assert len({str(answer) for answer in answers}) == 1


async def test_only_one_of_many_who_saw_the_same_version_changes_the_cart(
    racing_shop: Shop, racing_client: Client
) -> None:
    goods = await open_shop(racing_shop)
    checkout = await ready_checkout(racing_client, goods, quantities={"MUG": 1})
    seen = await racing_client("query($id: ID!) { cart(id: $id) { version lines { id } } }", id=checkout["cart"]["id"])
    line = seen["cart"]["lines"][0]["id"]
    given = {"cartId": checkout["cart"]["id"], "expectedVersion": seen["cart"]["version"]}
    work = [
        racing_client(LINES_UPDATE, input={**given, "lines": [{"lineId": line, "quantity": i + 2}]}) for i in range(10)
    ]
    told = [codes(answer["cartLinesUpdate"]) for answer in await at_once(work)]
    assert sorted(told) == [[]] + [["CONFLICT"]] * 9
