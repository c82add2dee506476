"""A guest's cart is put into that of a person: once, whoever asks how often, and nothing is lost without being told."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as some

from commerce.cart import actions, queries
from commerce.cart.rules import merging
from commerce.cart.values import Cap, Line, MergedLine, MergeOutcome, MergeReason, MergeStrategy
from commerce.catalog import actions as catalog
from commerce.channels import queries as channels
from commerce.channels.values import Selling
from commerce.inventory import actions as inventory
from commerce.kit import ids
from commerce.kit.actor import Actor, ActorKind
from commerce.kit.errors import NotFound
from commerce.kit.ids import new_key, secret_key
from tests.conftest import Client, ShopUnderTest
from tests.shopfront import (
    CART,
    CART_CREATE,
    COMPLETE,
    ERRORS,
    LINES_ADD,
    START,
    UPDATE,
    Goods,
    complete,
    make_person,
    open_shop,
    ready_checkout,
)

MERGE = f"""mutation($input: CartMergeInput!) {{ cartMerge(input: $input) {{
  cart {{ {CART} note }}
  report {{ title outcome reason wantedQuantity resultingQuantity lineId properties {{ key value }} variant {{ sku }} }}
  {ERRORS} }} }}"""
READ = f"query($id: ID!) {{ cart(id: $id) {{ {CART} }} }}"
NOTE = "mutation($input: CartNoteSetInput!) { cartNoteSet(input: $input) { userErrors { code } } }"
ENGRAVED = [{"key": "engraving", "value": "Ada"}]


async def cart_of(client: Client, goods: Goods, headers: dict[str, str] | None = None, **wanted: int) -> dict[str, Any]:
    lines = [{"variantId": goods.variant(sku), "quantity": n} for sku, n in wanted.items()]
    payload = (await client(CART_CREATE, headers, input={"lines": lines}))["cartCreate"]
    assert payload["userErrors"] == []
    return payload["cart"]  # type: ignore[no-any-return]


async def merge(client: Client, cart: dict[str, Any], strategy: str = "SUM", **more: Any) -> dict[str, Any]:
    headers = more.pop("headers", None)
    answer = await client(MERGE, headers, input={"cartId": cart["id"], "strategy": strategy, **more})
    return answer["cartMerge"]  # type: ignore[no-any-return]


def told(payload: dict[str, Any]) -> list[tuple[str, list[str]]]:
    return [(error["code"], error["field"]) for error in payload["userErrors"]]


def report(payload: dict[str, Any]) -> list[tuple[Any, ...]]:
    return [
        (one["variant"]["sku"], one["outcome"], one["reason"], one["wantedQuantity"], one["resultingQuantity"])
        for one in payload["report"]
    ]


def quantities(payload: dict[str, Any]) -> dict[str, int]:
    return {line["variant"]["sku"]: line["quantity"] for line in payload["cart"]["lines"]}


async def two_carts(
    shop: ShopUnderTest, client: Client, goods: Goods, own: dict[str, int], guests: dict[str, int]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """A person's cart and a guest's; the person is signed in."""
    guest = await cart_of(client, goods, **guests)
    shop.acting = await make_person(shop)
    return await cart_of(client, goods, **own), guest


STRATEGIES = {
    "SUM": ({"MUG": 5, "TEA": 2, "PEN": 1}, [("MUG", "MERGED", None, 5, 5), ("PEN", "ADDED", None, 1, 1)]),
    "KEEP_HIGHER": ({"MUG": 3, "TEA": 2, "PEN": 1}, [("MUG", "MERGED", None, 3, 3), ("PEN", "ADDED", None, 1, 1)]),
    "REPLACE": (
        {"MUG": 3, "PEN": 1},
        [("MUG", "MERGED", None, 3, 3), ("PEN", "ADDED", None, 1, 1), ("TEA", "DROPPED", "REPLACED", 2, 0)],
    ),
}


@pytest.mark.parametrize("strategy", STRATEGIES)
async def test_each_strategy_puts_quantities_together_in_its_way(
    shop: ShopUnderTest, client: Client, strategy: str
) -> None:
    goods = await open_shop(shop)
    own, guest = await two_carts(shop, client, goods, {"MUG": 2, "TEA": 2}, {"MUG": 3, "PEN": 1})
    payload = await merge(client, guest, strategy)
    wanted, lines = STRATEGIES[strategy]
    assert payload["userErrors"] == []
    assert payload["cart"]["id"] == own["id"]
    assert payload["cart"]["version"] == own["version"] + 1
    assert quantities(payload) == wanted
    assert report(payload) == lines
    by_id = {line["id"]: line["quantity"] for line in payload["cart"]["lines"]}
    assert [by_id.get(one["lineId"], 0) for one in payload["report"]] == [line[4] for line in lines]


async def test_guest_cart_is_closed_and_nobody_elses_any_more(shop: ShopUnderTest, client: Client) -> None:
    goods = await open_shop(shop)
    checkout = await ready_checkout(client, goods, quantities={"MUG": 1})
    guest = checkout["cart"]
    shop.acting = await make_person(shop)
    await cart_of(client, goods, TEA=1)
    assert (await merge(client, guest))["userErrors"] == []
    closed = (await client(READ, id=guest["id"]))["cart"]
    assert (closed["isOpen"], closed["totalQuantity"]) == (False, 1)
    line = {"cartId": guest["id"], "lines": [{"variantId": goods.variant("MUG"), "quantity": 1}]}
    total = checkout["totals"]["total"]["amount"]
    tries: list[tuple[str, dict[str, Any], str]] = [
        (LINES_ADD, line, "cartId"),
        (START, {"cartId": guest["id"], "email": "a@b.example"}, "cartId"),
        (UPDATE, {"checkoutId": checkout["id"], "email": "a@b.example"}, "checkoutId"),
        (COMPLETE, {"checkoutId": checkout["id"], "expectedTotal": total, "idempotencyKey": "pay"}, "checkoutId"),
    ]
    for text, given_, field in tries:
        [payload] = (await client(text, input=given_)).values()
        assert told(payload) == [("STATE_NOT_ALLOWED", ["input", field])]
    shop.acting = None
    assert (await client(READ, id=guest["id"]))["cart"] is None


async def test_who_has_no_cart_takes_the_guests_over_as_it_is(shop: ShopUnderTest, client: Client) -> None:
    goods = await open_shop(shop)
    guest = await cart_of(client, goods, MUG=3)
    shop.acting = await make_person(shop)
    payload = await merge(client, guest)
    assert payload["userErrors"] == []
    assert payload["cart"] == {**guest, "version": guest["version"] + 1, "note": None}
    assert report(payload) == [("MUG", "ADDED", None, 3, 3)]
    again = await merge(client, guest, "REPLACE")
    assert again == payload
    more = await client(
        LINES_ADD, input={"cartId": guest["id"], "lines": [{"variantId": goods.variant("TEA"), "quantity": 1}]}
    )
    assert more["cartLinesAdd"]["userErrors"] == []
    assert report(await merge(client, guest)) == report(payload)


async def test_the_same_call_is_answered_alike_with_and_without_a_key(shop: ShopUnderTest, client: Client) -> None:
    goods = await open_shop(shop)
    _, guest = await two_carts(shop, client, goods, {"MUG": 2}, {"MUG": 3})
    first = await merge(client, guest, idempotencyKey="once")
    assert await merge(client, guest, idempotencyKey="once") == first
    assert await merge(client, guest) == first
    assert await merge(client, guest, "KEEP_HIGHER") == first
    assert quantities(first) == {"MUG": 5}
    reused = await merge(client, guest, "REPLACE", idempotencyKey="once")
    assert told(reused) == [("IDEMPOTENCY_KEY_REUSED", ["input", "idempotencyKey"])]


async def test_own_cart_is_left_as_it_is(shop: ShopUnderTest, client: Client) -> None:
    goods = await open_shop(shop)
    shop.acting = await make_person(shop)
    own = await cart_of(client, goods, MUG=2)
    payload = await merge(client, own)
    assert (payload["userErrors"], payload["report"], quantities(payload)) == ([], [], {"MUG": 2})
    assert payload["cart"]["version"] == own["version"]


async def test_quantities_are_capped_by_stock_and_limits_and_never_below_what_was_there(
    shop: ShopUnderTest, client: Client
) -> None:
    goods = await open_shop(shop, stock=4)
    own, guest = await two_carts(shop, client, goods, {"MUG": 3, "TEA": 3}, {"MUG": 3, "TEA": 2, "PEN": 4})
    assert goods.warehouse is not None
    async with shop.context().transaction() as session:
        await inventory.adjust(session, goods.variants["TEA"], goods.warehouse, set_to=2)
        await inventory.adjust(session, goods.variants["PEN"], goods.warehouse, set_to=0)
    payload = await merge(client, guest)
    assert report(payload) == [
        ("MUG", "CAPPED", "OUT_OF_STOCK", 6, 4),
        ("TEA", "CAPPED", "OUT_OF_STOCK", 5, 3),
        ("PEN", "DROPPED", "OUT_OF_STOCK", 4, 0),
    ]
    assert quantities(payload) == {"MUG": 4, "TEA": 3}, "there are fewer of it by now, and the line is told as before"
    assert [warning["code"] for warning in payload["cart"]["warnings"]] == ["OUT_OF_STOCK"]
    assert payload["cart"]["id"] == own["id"]


async def test_what_is_sold_no_more_is_dropped_and_told(shop: ShopUnderTest, client: Client) -> None:
    goods = await open_shop(shop)
    _, guest = await two_carts(shop, client, goods, {"MUG": 1}, {"TEA": 2, "PEN": 1})
    async with shop.context().transaction() as session:
        product = (await catalog_product(session, goods.variants["TEA"])).pop()
        await catalog.unpublish(session, product, list(goods.channels.values()))
    payload = await merge(client, guest)
    assert [(one["title"], one["outcome"], one["reason"]) for one in payload["report"]] == [
        ("Pine tea", "DROPPED", "UNAVAILABLE"),
        ("Brass pen", "ADDED", None),
    ]
    assert quantities(payload) == {"MUG": 1, "PEN": 1}


async def catalog_product(session: Any, variant: UUID) -> set[UUID]:
    from sqlalchemy import text  # noqa: PLC0415

    rows = await session.execute(text("select product_id from catalog_variant where id = :key"), {"key": variant})
    return {row[0] for row in rows}


async def test_lines_with_properties_stay_apart_and_notes_are_both_kept(shop: ShopUnderTest, client: Client) -> None:
    goods = await open_shop(shop)
    own, guest = await two_carts(shop, client, goods, {"MUG": 1}, {"MUG": 1})
    owner, shop.acting = shop.acting, None
    mug = {"variantId": goods.variant("MUG"), "quantity": 2, "properties": ENGRAVED}
    await client(LINES_ADD, input={"cartId": guest["id"], "lines": [mug]})
    await client(NOTE, input={"cartId": guest["id"], "note": "Ring twice"})
    shop.acting = owner
    await client(NOTE, input={"cartId": own["id"], "note": "Gift"})
    payload = await merge(client, guest)
    assert [(one["quantity"], one["properties"]) for one in payload["cart"]["lines"]] == [(2, []), (2, ENGRAVED)]
    assert [one["properties"] for one in payload["report"]] == [[], ENGRAVED]
    assert payload["cart"]["note"] == "Gift\nRing twice"


async def test_carts_that_do_not_go_together_are_refused_and_left_alone(shop: ShopUnderTest, client: Client) -> None:
    goods = await open_shop(shop)
    asia, euro = {"X-Channel": "asia"}, {"X-Currency": "EUR"}
    other_channel = await cart_of(client, goods, asia, MUG=1)
    other_currency = await cart_of(client, goods, euro, MUG=1)
    ordered = await ready_checkout(client, goods, quantities={"MUG": 1})
    await complete(client, ordered, "the key of a guest")
    shop.acting = await make_person(shop)
    stranger = await make_person(shop)
    own = await cart_of(client, goods, TEA=1)
    cases = [
        (other_channel, "UNAVAILABLE"),
        (other_currency, "WRONG_CURRENCY"),
        (ordered["cart"], "STATE_NOT_ALLOWED"),
        ({"id": ids.encode("cart", secret_key())}, "NOT_FOUND"),
        ({"id": "nonsense"}, "NOT_FOUND"),
        ({"id": ids.encode("checkout", new_key())}, "NOT_FOUND"),
    ]
    for cart, code in cases:
        payload = await merge(client, cart)
        assert told(payload) == [(code, ["input", "cartId"])]
        assert payload["report"] == []
        assert (payload["cart"] is None) == (code == "NOT_FOUND")
    assert (await client(READ, id=own["id"]))["cart"] == own
    assert (await merge(client, other_channel, headers=asia))["userErrors"] == [], "there, where it belongs"
    shop.acting = stranger
    assert told(await merge(client, own)) == [("NOT_FOUND", ["input", "cartId"])]
    assert told(await merge(client, other_channel, headers=asia)) == [("NOT_FOUND", ["input", "cartId"])]


@pytest.mark.parametrize("kind", [ActorKind.GUEST, ActorKind.APP])
async def test_only_people_merge(shop: ShopUnderTest, client: Client, kind: ActorKind) -> None:
    goods = await open_shop(shop)
    guest = await cart_of(client, goods, MUG=1)
    shop.acting = Actor(kind, new_key() if kind is ActorKind.APP else None)
    answer = await client.send(MERGE, input={"cartId": guest["id"]})
    code = "FORBIDDEN" if kind is ActorKind.APP else "UNAUTHENTICATED"
    assert [error["extensions"]["code"] for error in answer["errors"]] == [code]


# ------------------------------------------------------------------------------------------------ rules

VARIANTS = [new_key() for _ in range(3)]
LINES = some.lists(
    some.tuples(some.sampled_from(VARIANTS), some.booleans(), some.integers(1, 9_999)),
    max_size=6,
    unique_by=lambda one: one[:2],
)
CAPS = some.fixed_dictionaries(
    {key: some.builds(Cap, some.integers(0, 12_000), some.sampled_from(MergeReason)) for key in VARIANTS}
)


def lines_of(drawn: list[tuple[UUID, bool, int]]) -> list[Line]:
    return [Line(new_key(), v, n, (("engraving", "Ada"),) if engraved else (), {}, 1) for v, engraved, n in drawn]


def place(line: Line | MergedLine) -> tuple[Any, ...]:
    return line.variant_key, line.properties


@given(LINES, LINES, some.sampled_from(MergeStrategy), CAPS)
def test_nothing_is_ever_lost_without_being_told(
    drawn: list[Any], guest: list[Any], strategy: MergeStrategy, caps: dict[UUID, Cap]
) -> None:
    own, guests = lines_of(drawn), lines_of(guest)
    lines, told_ = merging.put_together(own, guests, strategy, caps)
    after, before = {place(line): line for line in lines}, {place(line): line for line in own}
    entries = {place(one): one for one in told_}
    assert len(after) == len(lines)
    assert len(entries) == len(told_)
    told_of = {place(line) for line in guests} | (set(before) if strategy is MergeStrategy.REPLACE else set())
    assert set(entries) == told_of, "each line of the guest is told of, and each that had to go"
    for at, one in entries.items():
        left = after[at].quantity if at in after else 0
        assert one.resulting == left
        assert (one.line_key is None) == (left == 0)
        assert (one.reason is None) == (one.resulting == one.wanted)
        assert one.resulting <= one.wanted
        assert (one.outcome is MergeOutcome.DROPPED) == (one.resulting == 0)
    for line in guests:
        had = before[place(line)].quantity if place(line) in before else 0
        wanted = {"SUM": had + line.quantity, "KEEP_HIGHER": max(had, line.quantity), "REPLACE": line.quantity}
        assert entries[place(line)].wanted == wanted[strategy]
    if strategy is not MergeStrategy.REPLACE:
        assert all(after[at].quantity >= line.quantity for at, line in before.items())
        assert set(after) - set(before) <= {place(line) for line in guests}
    for variant, cap in caps.items():
        held = sum(line.quantity for line in lines if line.variant_key == variant)
        known = sum(line.quantity for line in own if line.variant_key == variant)
        assert held <= max(cap.most, 0 if strategy is MergeStrategy.REPLACE else known)
    assert all(1 <= line.quantity <= 9_999 for line in lines)


def test_a_full_cart_takes_no_more_lines() -> None:
    own = [Line(new_key(), new_key(), 1, (), {}, 1) for _ in range(500)]
    known, new = own[0], Line(new_key(), new_key(), 1, (), {}, 1)
    caps = {known.variant_key: Cap(9, MergeReason.OUT_OF_STOCK), new.variant_key: Cap(9, MergeReason.OUT_OF_STOCK)}
    lines, report_ = merging.put_together(own, [new, known], MergeStrategy.SUM, caps)
    assert (len(lines), lines[0].quantity) == (500, 2)
    assert [(one.outcome, one.reason) for one in report_] == [
        (MergeOutcome.DROPPED, MergeReason.LIMIT_EXCEEDED),
        (MergeOutcome.MERGED, None),
    ]


def test_reports_are_read_as_they_were_written() -> None:
    line = Line(new_key(), new_key(), 2, (("a", "b"),), {"en": "Mug"}, 1)
    [one] = merging.taken_over([line])
    assert MergedLine.read(one.document()) == one


# ------------------------------------------------------------------------------------------------ races


@pytest.fixture
async def racing_client(racing_shop: ShopUnderTest) -> Any:
    client = Client(racing_shop)
    yield client
    await client.http.aclose()


@pytest.mark.race
async def test_sixteen_merges_at_once_are_one(racing_shop: ShopUnderTest, racing_client: Client) -> None:
    goods = await open_shop(racing_shop)
    own, guest = await two_carts(racing_shop, racing_client, goods, {"MUG": 2}, {"MUG": 3, "TEA": 1})
    payloads = await asyncio.gather(*(merge(racing_client, guest) for _ in range(16)))
    assert len({str(one) for one in payloads}) == 1
    assert quantities(payloads[0]) == {"MUG": 5, "TEA": 1}
    assert payloads[0]["cart"]["id"] == own["id"]


@pytest.mark.race
async def test_many_guest_carts_at_once_become_one_cart(racing_shop: ShopUnderTest, racing_client: Client) -> None:
    """Whoever has no cart yet: the first is taken over, all others are put into it."""
    goods = await open_shop(racing_shop)
    guests = [await cart_of(racing_client, goods, MUG=1) for _ in range(8)]
    racing_shop.acting = await make_person(racing_shop)
    payloads = await asyncio.gather(*(merge(racing_client, guest) for guest in guests))
    assert all(one["userErrors"] == [] for one in payloads)
    [cart] = {one["cart"]["id"] for one in payloads}
    assert (await racing_client(READ, id=cart))["cart"]["totalQuantity"] == 8


@pytest.mark.race
async def test_two_people_do_not_get_the_same_guest_cart(racing_shop: ShopUnderTest, racing_client: Client) -> None:
    goods = await open_shop(racing_shop)
    people = [await make_person(racing_shop) for _ in range(6)]
    guest = await cart_of(racing_client, goods, MUG=3)
    selling = await selling_of(racing_shop)
    key = ids.decode("cart", guest["id"])

    async def take(person: Actor) -> str:
        context = racing_shop.context(person)
        try:
            async with context.transaction() as session:
                await actions.merge(session, selling, person.id, key, MergeStrategy.SUM)  # type: ignore[arg-type]
        except NotFound:
            return "NOT_FOUND"
        return "taken"

    answers = await asyncio.gather(*map(take, people))
    assert sorted(answers) == ["NOT_FOUND"] * 5 + ["taken"]


async def selling_of(shop: ShopUnderTest) -> Selling:
    markets = tuple(await channels.markets(shop.context()))
    web = next(market for market in markets if market.code == "web")
    return Selling(web, "en", ("en",), "US", "USD", markets)


@pytest.mark.race
async def test_no_line_is_lost_that_is_added_during_a_merge(racing_shop: ShopUnderTest, racing_client: Client) -> None:
    """Lines go into both carts all the while. What was added came along, or was refused because the cart was closed."""
    goods = await open_shop(racing_shop, stock=10_000)
    own, guest = await two_carts(racing_shop, racing_client, goods, {"MUG": 1}, {"MUG": 1})

    async def add(cart: dict[str, Any]) -> int:
        line = {"variantId": goods.variant("MUG"), "quantity": 1}
        answer = await racing_client(LINES_ADD, input={"cartId": cart["id"], "lines": [line]})
        return 0 if answer["cartLinesAdd"]["userErrors"] else 1

    work = [add(cart) for _ in range(12) for cart in (own, guest)]
    *added, merged = await asyncio.gather(*work[:8], *work[8:], merge(racing_client, guest))
    assert merged["userErrors"] == []
    assert (await racing_client(READ, id=own["id"]))["cart"]["totalQuantity"] == 2 + sum(added)


async def test_a_repeated_merge_of_a_cart_that_is_gone_is_refused(shop: ShopUnderTest, client: Client) -> None:
    goods = await open_shop(shop)
    created = await client(CART_CREATE, input={"lines": [{"variantId": goods.variant("MUG"), "quantity": 1}]})
    cart = created["cartCreate"]["cart"]
    shop.acting = person = await make_person(shop)
    assert told(await merge(client, cart, idempotencyKey="merge")) == []
    assert person.id is not None
    async with shop.context().transaction() as session:
        await queries.drop_of(session, person.id)
    assert told(await merge(client, cart, idempotencyKey="merge")) == [("NOT_FOUND", ["input", "cartId"])]
