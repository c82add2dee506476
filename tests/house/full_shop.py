"""A shop in which there is some of everything, for tests that try everything."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

import httpx
import structlog
from sqlalchemy import text

from commerce.kit.actor import Actor, ActorKind, Permission
from commerce.kit.db import PinnedDatabase
from commerce.kit.ids import decode, encode
from commerce.kit.jobs import drain
from tests.accounts.factory import make_staff
from tests.conftest import Client, ShopUnderTest
from tests.customers.factory import make_customer
from tests.house.asking import QUERIES, Sender, World, document
from tests.shopfront import ADDRESSES, Goods, complete, open_shop, ready_checkout

US = {"country": "US", **ADDRESSES["US"]}
MARK = "hush"
"""Stands in all that not everyone may see, and in nothing else."""

_COUNTS = """select relname from pg_class
  where relkind = 'r' and relnamespace = 'public'::regnamespace and relname not like 'alembic%' order by 1"""


@dataclass
class Full:
    """The shop, its client, and what is in it."""

    shop: ShopUnderTest
    client: Client
    goods: Goods
    world: World
    staff: Actor
    faults: list[str] = field(default_factory=list)
    """What went wrong within the last request."""

    def act(self, *permissions: Permission) -> None:
        """Call as the staff member of the shop, with just these permissions."""
        assert self.staff.id is not None
        self.shop.acting = Actor(ActorKind.STAFF, self.staff.id, frozenset(permissions), self.staff.session)

    def leave(self) -> None:
        """Call as a guest."""
        self.shop.acting = None

    async def ask(self, query: str, variables: Any, **headers: str) -> httpx.Response:
        """The answer to a request, whatever it is."""
        body = json.dumps({"query": query, "variables": variables})  # escapes what httpx would refuse to send
        kind = {"content-type": "application/json"}
        with structlog.testing.capture_logs() as logs:
            answer = await self.client.http.post("/graphql", content=body, headers={**kind, **headers})
        self.faults = [repr(entry.get("exc_info"))[:500] for entry in logs if entry["event"] == "fault"]
        return answer

    @contextlib.asynccontextmanager
    async def undone(self) -> AsyncIterator[None]:
        """Whatever happens within has not happened afterwards."""
        database = self.shop.database
        assert isinstance(database, PinnedDatabase)
        point = await database.connection.begin_nested()
        try:
            yield
        finally:
            await asyncio.sleep(0)
            async with database._one_at_a_time:  # what a failed field left behind comes to its end first
                await point.rollback()

    async def state(self) -> dict[str, tuple[int, int]]:
        """Every table: how many rows it has, and what they add up to."""
        names = [row[0] for row in await self.shop.database.rows(text(_COUNTS))]
        parts = [
            f"select '{name}', count(*), coalesce(sum(hashtextextended(r::text, 0)), 0)::text from {name} r"
            for name in names
        ]
        return {
            name: (n, int(digest)) for name, n, digest in await self.shop.database.rows(text(" union all ".join(parts)))
        }


async def fill(shop: ShopUnderTest, client: Client) -> Full:
    """Fill a shop through its API: things on sale and hidden, carts, checkouts, orders and staff."""
    goods, world = await open_shop(shop), World()
    await make_staff(shop, email=f"{MARK}@example.com", name=MARK.title())
    account = await make_staff(shop)
    full = Full(shop, client, goods, world, Actor(ActorKind.STAFF, account.id, frozenset(Permission)))
    full.act(*Permission)
    await _vocabulary(full)
    await _products(full)
    await _orders(full)
    await _customers(full)
    await _staff(full)
    await _note_ids(full)
    full.leave()
    return full


async def _do(full: Full, mutation: str, /, **given: Any) -> dict[str, Any]:
    """What a mutation answers, which must not be a refusal."""
    answer = (await full.client(document(mutation, 2), input=given))[mutation]
    assert answer["userErrors"] == [], (mutation, answer["userErrors"])
    full.world.note(answer)
    return answer


def _en(words: str) -> list[dict[str, str]]:
    return [{"locale": "en", "text": words}]


async def _vocabulary(full: Full) -> None:
    values = [{"code": code, "name": _en(code)} for code in ("wool", "clay")]
    await _do(full, "attributeCreate", code="material", name=_en("Material"), kind="ENUM", values=values)
    for kind in ("TEXT", "NUMBER", "BOOLEAN"):
        await _do(full, "attributeCreate", code=f"a-{kind.lower()}", name=_en(kind), kind=kind)
    colors = [{"code": code, "name": _en(code), "color": "#ff0000"} for code in ("red", "blue")]
    await _do(full, "optionCreate", code="color", name=_en("Color"), values=colors)
    await _do(full, "brandCreate", name=_en("Acme"))
    home = await _do(full, "categoryCreate", name=_en("Home"), image={"path": "home.webp", "width": 8, "height": 6})
    await _do(full, "categoryCreate", name=_en("Attic"))
    await _do(full, "categoryCreate", name=_en("Mugs"), parentId=home["category"]["id"])
    channel = {"locales": ["en"], "currencies": ["USD"], "countries": ["US"], "pricesIncludeTax": False}
    closed = await _do(full, "channelCreate", code=MARK, name=_en(MARK), **channel)
    await _do(full, "channelUpdate", channelId=closed["channel"]["id"], isActive=False)


async def _products(full: Full) -> None:
    """Some on sale, and one that nobody is to see."""
    world = full.world
    variants = [{"sku": c.upper(), "choices": [{"option": "color", "value": c}]} for c in ("red", "blue")]
    everything = {
        "categoryIds": [world.ids["category"][-1]], "brandId": world.ids["brand"][0], "options": ["color"],
        "attributes": [
            {"code": "material", "values": ["wool", "clay"]}, {"code": "a-text", "text": _en("By hand")},
            {"code": "a-number", "number": "1.5"}, {"code": "a-boolean", "boolean": True},
        ],
        "media": [{"path": "a.webp", "width": 8, "height": 6}, {"kind": "VIDEO", "url": "https://x.example/v"}],
    }  # fmt: skip
    shown = await _do(full, "productCreate", name=_en("Cup"), variants=variants, **everything)
    channels = [encode("channel", key) for key in full.goods.channels.values()]
    await _do(full, "productPublish", productId=shown["product"]["id"], channelIds=channels)
    hidden = await _do(
        full, "productCreate", name=_en(f"{MARK} lamp"), code=MARK, variants=[{"sku": MARK.upper()}],
        slugs=_en(f"{MARK}-lamp"), description=_en(f"{MARK}, nobody knows"), categoryIds=[world.ids["category"][-1]],
        media=[
            {"path": f"{MARK}.webp", "width": 8, "height": 6, "alt": _en(MARK)},
            {"kind": "VIDEO", "url": f"https://x.example/{MARK}", "alt": _en(MARK)},
        ],
    )  # fmt: skip
    answer = await full.client(
        "query($id: ID!) { node(id: $id) { ... on Product { variants { nodes { id } } } } }", id=hidden["product"]["id"]
    )
    variant = answer["node"]["variants"]["nodes"][0]["id"]
    world.hidden = {"product": hidden["product"]["id"], "variant": variant, "slug": f"{MARK}-lamp", "sku": MARK.upper()}
    await _do(
        full,
        "pricesSet",
        channelId=channels[0],
        prices=[{"variantId": variant, "amount": {"amount": "99.00", "currencyCode": "USD"}}],
    )
    await _do(
        full, "stockAdjust", variantId=variant, warehouseId=encode("warehouse", full.goods.warehouse),
        change={"quantity": 7}, idempotencyKey="stock",
    )  # fmt: skip


async def _orders(full: Full) -> None:
    """Orders in several states, an open checkout, and an open cart; the buyers are marked too."""
    client, goods, world = full.client, full.goods, full.world
    full.leave()
    for i in range(3):
        checkout = await ready_checkout(client, goods)
        ways = {"paymentOptionId": checkout["paymentOptions"][1 if i == 2 else 0]["id"]}
        await _do(full, "checkoutUpdate", checkoutId=checkout["id"], email=f"{MARK}{i}@buyer.example", **ways)
        placed = await complete(client, checkout, f"order-{i}")
        assert placed["userErrors"] == []
        world.note(placed)
        world.ids["checkout"].remove(checkout["id"])
    full.act(*Permission)
    first = world.ids["order"][0]
    key = {"idempotencyKey": "parcel"}
    lines = [{"lineId": world.ids["order_line"][0], "quantity": 1}]
    await _do(full, "orderFulfill", orderId=first, lines=lines, carrier="DHL", trackingNumber=MARK, **key)
    await _do(full, "orderRefund", orderId=first, amount="1.00", reason=f"{MARK} broken", idempotencyKey="refund")
    full.leave()
    checkout = await ready_checkout(client, goods)
    world.note(checkout)
    world.total = checkout["totals"]["total"]["amount"]
    world.ids["shipping_option"] = [one["id"] for one in checkout["shippingOptions"]]
    cart = await _do(full, "cartCreate", lines=[{"variantId": goods.variant("MUG"), "quantity": 2}])
    world.ids["cart"] = [cart["cart"]["id"], checkout["cart"]["id"]]
    await drain(full.shop.context())
    full.act(*Permission)


async def _customers(full: Full) -> None:
    """Customers with all that may be kept of them; the staff member keeps addresses of their own too."""
    channels = list(full.goods.channels.values())
    people = [await make_customer(full.shop, f"c{i}@buyer.example", channels=channels[:i]) for i in range(3)]
    customers = [encode("customer", key) for key in people]
    for i in range(3):
        await _do(full, "customerAddressCreate", address=US)
        group = await _do(full, "customerGroupCreate", code=f"g{i}", name=MARK if i == 0 else "Some")
        await _do(full, "customerGroupMembersAdd", groupId=group["customerGroup"]["id"], customerIds=customers[: i + 1])
    await _do(full, "customerNoteSet", customerId=customers[0], note=MARK)
    full.shop.acting = Actor(ActorKind.CUSTOMER, people[1])
    await _do(full, "customerAddressCreate", address={**US, "lines": [f"{MARK} 1"], "name": f"A {MARK}"})
    await _do(full, "consentGrant", purpose="ANALYTICS", policyVersion="1")
    full.act(*Permission)


async def _staff(full: Full) -> None:
    """Roles, somebody who is invited to one of them, and an app."""
    role = await _do(full, "roleCreate", name=MARK.title(), permissions=["ORDERS_READ"])
    await _do(full, "roleCreate", name="Spare", permissions=[])
    invited = {"email": f"invited@{MARK}.example", "name": "Ida", "roles": [{"roleId": role["role"]["id"]}]}
    await _do(full, "staffInvite", **invited)
    app = await _do(full, "appCreate", name=MARK.title(), permissions=["ORDERS_READ"])
    await _do(full, "appTokenCreate", appId=app["app"]["id"])


async def _note_ids(full: Full) -> None:
    """Whatever staff can read has an id that others may try."""
    sender = Sender(full.world, Random(1))
    for name, one in QUERIES.items():
        if not any(str(given.type).endswith("!") for given in one.args.values()):
            full.world.note(
                await full.client(document(name, 4), **sender.variables(name) if name == "warehouses" else {})
            )
    for prefix, keys in {"variant": full.goods.variants, "channel": full.goods.channels}.items():
        full.world.note([{"id": encode(prefix, key)} for key in keys.values()])
    full.world.ids["variant"].sort(key=lambda one: decode("variant", one) not in full.goods.variants.values())
