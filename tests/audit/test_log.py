"""What staff and apps do stands in the log, whatever module it is done in, and nothing of a person stands there."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import col

from commerce.kit.actor import GUEST, Actor, ActorKind, Permission
from commerce.kit.audit import AuditEntry, proving
from commerce.kit.audit.entries import as_dict
from commerce.kit.context import Context
from commerce.kit.ids import encode, new_key
from tests.accounts.factory import PASSWORD, make_customer, make_staff
from tests.channels.factory import make_channel
from tests.conftest import Client, ShopUnderTest

ALL = select(*AuditEntry.__table__.c).order_by(col(AuditEntry.position))  # type: ignore[attr-defined]
CHANNEL = """
mutation Create($input: ChannelCreateInput!) {
  channelCreate(input: $input) { channel { id } userErrors { code field } }
}
"""
BRAND = "mutation($input: BrandCreateInput!) { brandCreate(input: $input) { brand { id } userErrors { code } } }"
CART = "mutation { cartCreate(input: {}) { cart { id } userErrors { code } } }"
INVITE = "mutation($input: StaffInviteInput!) { staffInvite(input: $input) { userErrors { code } } }"
PASSWORD_CHANGE = "mutation($input: PasswordChangeInput!) { passwordChange(input: $input) { userErrors { code } } }"
LOG = """
query($filter: AuditFilterInput, $first: Int, $after: String) {
  auditLog(filter: $filter, first: $first, after: $after) {
    totalCount pageInfo { endCursor hasNextPage }
    nodes { position actorKind actorId behindId operation subjectId channelId facts digest }
  }
}
"""


def web(code: str = "web") -> dict[str, Any]:
    return {
        "code": code, "name": [{"locale": "en", "text": "A secret plan"}], "locales": ["en"], "currencies": ["USD"],
        "countries": ["US"], "pricesIncludeTax": True,
    }  # fmt: skip


def brand(name: str) -> dict[str, Any]:
    return {"name": [{"locale": "en", "text": name}]}


async def entries(context: Context) -> list[dict[str, Any]]:
    return [as_dict(row) for row in await context.rows(ALL)]


async def logged(client: Client, **filter: Any) -> list[dict[str, Any]]:
    nodes: list[dict[str, Any]] = (await client(LOG, filter=filter))["auditLog"]["nodes"]
    return nodes


async def test_what_staff_does_is_written_down_with_its_effect(client: Client, context: Context) -> None:
    client.act()
    made = (await client(CHANNEL, input=web()))["channelCreate"]
    [entry] = await entries(context)
    assert client.shop.acting is not None
    assert (entry["position"], entry["actor_kind"], entry["actor_id"]) == (1, "STAFF", client.shop.acting.id)
    assert (entry["operation"], entry["subject"]) == ("channelCreate", made["channel"]["id"])
    assert entry["facts"]["input"] == {
        "code": "web", "name": [{"locale": "en", "text": {"length": 13}}], "locales": ["en"], "currencies": ["USD"],
        "countries": ["US"], "timeZone": {"length": 3}, "pricesIncludeTax": True,
    }  # fmt: skip
    assert entry["facts"]["wrote"] == ["channels_channel"]
    assert await proving.verify(context, context.database.notary) == (1, [])


async def test_what_was_refused_changed_nothing_and_is_not_written_down(client: Client, context: Context) -> None:
    client.act()
    await client(CHANNEL, input=web())
    refused = await client(CHANNEL, input=web())
    assert refused["channelCreate"]["userErrors"][0]["code"] == "TAKEN"
    client.act(Permission.ORDERS_READ)
    assert (await client.send(CHANNEL, input=web("other")))["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert len(await entries(context)) == 1


async def test_what_guests_and_customers_do_is_their_own(client: Client, shop: ShopUnderTest, context: Context) -> None:
    await make_channel(shop)
    account = await make_customer(shop)
    for actor in (GUEST, Actor(ActorKind.CUSTOMER, account.id)):
        shop.acting = actor
        assert (await client(CART))["cartCreate"]["userErrors"] == []
    assert await entries(context) == []


@pytest.mark.parametrize("kind", ["APP", "BEHIND"])
async def test_apps_and_staff_in_the_place_of_customers_are_watched(
    kind: str, client: Client, shop: ShopUnderTest, context: Context
) -> None:
    await make_channel(shop)
    account = await make_customer(shop)
    who = Actor(ActorKind.APP, new_key()) if kind == "APP" else Actor(ActorKind.CUSTOMER, account.id, behind=new_key())
    shop.acting = who
    cart = (await client(CART))["cartCreate"]["cart"]["id"]
    [entry] = await entries(context)
    assert (entry["actor_kind"], entry["actor_id"], entry["behind_id"]) == (who.kind, who.id, who.behind)
    assert (entry["operation"], entry["subject"]) == ("cartCreate", cart)


async def test_secrets_and_names_are_not_in_the_log(client: Client, shop: ShopUnderTest, context: Context) -> None:
    account = await make_staff(shop)
    shop.acting = Actor(ActorKind.STAFF, account.id, frozenset(Permission), new_key())
    sent = {"email": "grace@example.com", "name": "Grace Hopper", "permissions": ["ORDERS_READ"]}
    assert (await client(INVITE, input=sent))["staffInvite"]["userErrors"] == []
    [entry] = await entries(context)
    assert entry["facts"]["input"] == {
        "email": {"length": 17}, "name": {"length": 12}, "permissions": ["ORDERS_READ"], "roles": [],
    }  # fmt: skip
    await client(PASSWORD_CHANGE, input={"currentPassword": PASSWORD, "newPassword": "lighthouse keeper"})
    assert {str(entry["facts"]["input"]) for entry in (await entries(context))[1:]} == {"{'code': None}"}
    whole = str(await context.rows(text("select a::text from kit_audit a")))
    assert not any(word in whole.lower() for word in ("grace", PASSWORD, "hopper", "lighthouse"))


async def test_an_id_that_is_none_is_not_written_down(client: Client, context: Context) -> None:
    """Whatever a client puts where an id belongs may be anything at all."""
    client.act()
    update = "mutation($input: BrandUpdateInput!) { brandUpdate(input: $input) { userErrors { code } } }"
    await client(BRAND, input=brand("Acme"))
    await client(update, input={"brandId": "grace@example.com", "name": brand("B")["name"]})
    assert [entry["operation"] for entry in await entries(context)] == ["brandCreate"]


async def test_the_log_is_read_by_whom_what_and_when(client: Client, shop: ShopUnderTest, clock: Any) -> None:
    account = await make_staff(shop)
    shop.acting = Actor(ActorKind.STAFF, account.id, frozenset(Permission))
    for name in ("A", "B"):
        await client(BRAND, input=brand(name))
    clock.advance(hours=1)
    channel = (await client(CHANNEL, input=web()))["channelCreate"]["channel"]["id"]
    member = encode("staff", account.id)
    assert [one["position"] for one in await logged(client)] == [3, 2, 1]
    assert [one["operation"] for one in await logged(client, operation="brandCreate")] == ["brandCreate"] * 2
    [about] = await logged(client, subjectId=channel)
    assert (about["subjectId"], about["actorId"]) == (channel, member)
    assert [one["position"] for one in await logged(client, since=clock.instant.isoformat())] == [3]
    assert [one["position"] for one in await logged(client, until=clock.instant.isoformat())] == [2, 1]
    assert len(await logged(client, actorId=member)) == 3
    assert await logged(client, actorId=encode("staff", new_key())) == []
    for nonsense in (
        {"actorId": "x"},
        {"actorId": channel},
        {"subjectId": "x"},
        {"operation": ""},
        {"operation": "é" * 300},
    ):
        assert await logged(client, **nonsense) == []


async def test_the_log_is_read_page_by_page(client: Client) -> None:
    client.act()
    for name in "ABC":
        await client(BRAND, input=brand(name))
    first = (await client(LOG, first=2))["auditLog"]
    rest = (await client(LOG, first=2, after=first["pageInfo"]["endCursor"]))["auditLog"]
    assert [one["position"] for page in (first, rest) for one in page["nodes"]] == [3, 2, 1]
    assert (first["totalCount"], rest["pageInfo"]["hasNextPage"]) == (3, False)


@pytest.mark.parametrize(
    "attack", ["update kit_audit set operation = 'x'", "delete from kit_audit", "truncate kit_audit"]
)
async def test_an_entry_is_never_changed(attack: str, client: Client, shop: ShopUnderTest) -> None:
    client.act()
    await client(BRAND, input=brand("Acme"))
    with pytest.raises(DBAPIError, match="only ever added to"):
        async with shop.context().transaction() as session:
            await session.execute(text(attack))


@pytest.mark.race
async def test_whatever_happens_at_once_makes_one_chain(racing_shop: ShopUnderTest) -> None:
    """More at once than there are connections, each with deferred triggers and rows of its own."""
    await make_channel(racing_shop)
    clients = [Client(racing_shop) for _ in range(32)]
    racing_shop.acting = Actor(ActorKind.STAFF, new_key(), frozenset(Permission))
    answers = await asyncio.gather(
        *(client(BRAND, input=brand(f"Acme {i}")) for i, client in enumerate(clients)),
        *(client(_product(i), input=None) for i, client in enumerate(clients)),
    )
    assert all(not payload["userErrors"] for answer in answers for payload in answer.values())
    context = racing_shop.context()
    found = await entries(context)
    assert [entry["position"] for entry in found] == list(range(1, 65))
    assert await proving.verify(context, context.database.notary) == (64, [])
    await asyncio.gather(*(client.http.aclose() for client in clients))


def _product(i: int) -> str:
    name = f'[{{locale: "en", text: "Mug {i}"}}]'
    return (
        f'mutation {{ productCreate(input: {{name: {name}, variants: [{{sku: "MUG-{i}"}}]}})'
        " { product { id } userErrors { code message } } }"
    )


def _positions(findings: Sequence[proving.Finding]) -> list[tuple[int, str]]:
    return [(finding.position, finding.wrong.value) for finding in findings]


ATTACKS = {
    "change": ("update kit_audit set facts = '{}' where position = 3", [(3, "CHANGED")]),
    "change who": (f"update kit_audit set actor_id = '{new_key()}' where position = 3", [(3, "CHANGED")]),
    "change when": ("update kit_audit set at = at - interval '1 day' where position = 3", [(3, "CHANGED")]),
    "delete": ("delete from kit_audit where position = 3", [(3, "MISSING")]),
    "delete the first": ("delete from kit_audit where position = 1", [(1, "MISSING")]),
    "delete and close up": (
        (
            "delete from kit_audit where position = 3; update kit_audit set position = position - 1 where position = 4;"
            " update kit_audit set position = position - 1 where position = 5"
        ),
        [(3, "CHANGED"), (4, "CHANGED"), (5, "MISSING")],
    ),
    "insert": (
        (
            "insert into kit_audit select 6, at, actor_kind, actor_id, behind_id, session_id, operation, subject, channel_id,"
            " facts, key, digest, digest, seal from kit_audit where position = 5"
        ),
        [(6, "CHANGED")],
    ),
    "swap": (
        (
            "update kit_audit set position = 100 where position = 2; update kit_audit set position = 2 where position = 3;"
            " update kit_audit set position = 3 where position = 100"
        ),
        [(2, "CHANGED"), (3, "CHANGED")],
    ),
    "cut off": ("delete from kit_audit where position >= 4", [(5, "MISSING")]),
    "cut off with checkpoint moved": (
        (
            "delete from kit_audit where position >= 4; update kit_audit_checkpoint set position = 3,"
            " digest = (select digest from kit_audit where position = 3)"
        ),
        [(3, "UNSIGNED")],
    ),
    "empty": ("delete from kit_audit", [(5, "MISSING")]),
    "key of another": ("update kit_audit set key = '00' where position = 3", [(3, "CHANGED")]),
    "seal of another": ("update kit_audit set seal = digest where position = 3", [(3, "FORGED")]),
}


@pytest.mark.parametrize("attack", ATTACKS)
async def test_whatever_is_done_to_the_log_is_found_where_it_was_done(
    attack: str, client: Client, shop: ShopUnderTest
) -> None:
    client.act()
    for i in range(5):
        await client(BRAND, input=brand(f"Acme {i}"))
    context, notary = shop.context(), shop.database.notary
    async with context.transaction() as session:
        assert await proving.checkpoint(session) is not None
    assert await proving.verify(context, notary) == (5, [])
    statements, expected = ATTACKS[attack]
    async with context.transaction() as session:
        await session.execute(text("set local session_replication_role = replica"))
        for statement in statements.split(";"):
            await session.execute(text(statement))
        await session.execute(text("set local session_replication_role = origin"))
    assert _positions((await proving.verify(context, notary))[1]) == expected


async def test_an_entry_that_was_rewritten_with_its_digest_is_still_no_entry_of_ours(
    client: Client, shop: ShopUnderTest
) -> None:
    """Whoever can compute a digest still has not the key; and the entry after it does not follow any more."""
    client.act()
    for i in range(4):
        await client(BRAND, input=brand(f"Acme {i}"))
    context = shop.context()
    forged = (await entries(context))[1]
    forged["operation"] = "nothing"
    digest = proving.digest_of(proving.content_of(forged))
    async with context.transaction() as session:
        await session.execute(text("set local session_replication_role = replica"))
        await session.execute(
            text("update kit_audit set operation = 'nothing', digest = :digest where position = 2"), {"digest": digest}
        )
        await session.execute(text("set local session_replication_role = origin"))
    assert _positions((await proving.verify(context, shop.database.notary))[1]) == [(2, "FORGED")]
