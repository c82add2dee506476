"""Apps of integrators: let in by a token or a signature, bounded by their permissions and channels, and counted."""

import asyncio
import hashlib
import hmac
import json
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from commerce import shop as shops
from commerce.accounts.actions.usage import AppUses
from commerce.accounts.handlers import forget_nonces
from commerce.accounts.rules import apps as rules
from commerce.kit import ids
from commerce.kit.actor import Permission
from commerce.kit.db import Database
from tests.accounts.documents import signed_in
from tests.accounts.factory import give_role, make_role, make_staff
from tests.channels.factory import make_channel
from tests.conftest import Client, ShopUnderTest, TestClock

CREATE = """mutation($input: AppCreateInput!) {
  appCreate(input: $input) {
    app {
      id name permissions isBoundToChannels channels { code } mustSign isActive createdAt
      tokens { id } usage { day }
    }
    userErrors { code field message }
  }
}"""
UPDATE = """mutation($input: AppUpdateInput!) {
  appUpdate(input: $input) {
    app { name permissions isBoundToChannels channels { id } mustSign } userErrors { code field }
  }
}"""
DEACTIVATE = """mutation($id: ID!) {
  appDeactivate(input: {appId: $id}) { app { isActive tokens { isGood revokedAt } } userErrors { code field } }
}"""
TOKEN = """mutation($id: ID!, $expires: DateTime) {
  appTokenCreate(input: {appId: $id, expiresAt: $expires}) {
    secret appToken { id hint isGood createdAt expiresAt revokedAt lastUsedAt } userErrors { code field message }
  }
}"""
REVOKE = """mutation($id: ID!) {
  appTokenRevoke(input: {tokenId: $id}) { appToken { isGood revokedAt } userErrors { code field } }
}"""
APPS = """query($days: Int! = 30) {
  apps { totalCount nodes {
    name isActive tokens { hint isGood lastUsedAt } usage(days: $days) { day requests points refused }
  } }
}"""
VIEWER = "{ viewer { id name permissions channelPermissions { channel { code } permissions } } }"
ROLES = "{ roles { totalCount } }"
CUSTOMERS = "{ customers { totalCount } }"


async def create(client: Client, **given: Any) -> dict[str, Any]:
    sent = {"name": "ERP", "permissions": ["STAFF_WRITE"], **given}
    return (await client(CREATE, input=sent))["appCreate"]


async def token_for(client: Client, app: str, **given: Any) -> dict[str, Any]:
    return (await client(TOKEN, id=app, **given))["appTokenCreate"]


class Integrator:
    """A program of somebody else's, which knows its token and nothing of our code."""

    def __init__(self, shop: ShopUnderTest, clock: TestClock, secret: str, key: str) -> None:
        self.client = Client(shop)
        self.clock = clock
        self.secret = secret
        self.key = key
        self.count = 0

    async def asks(self, document: str, **headers: str) -> httpx.Response:
        """With the token itself."""
        sent = {"Authorization": f"Bearer {self.secret}", **headers}
        return await self.client.http.post("/graphql", json={"query": document}, headers=sent)

    def signature(
        self, body: bytes, method: str = "POST", target: str = "/graphql", at: float = 0, nonce: str | None = None
    ) -> str:
        """The header of a request, signed as the docs say."""
        self.count += 1
        timestamp = str(int(self.clock().timestamp() + at))
        nonce = nonce or f"nonce-of-a-test-{self.count}"
        lines = [method, target, timestamp, nonce, hashlib.sha256(body).hexdigest()]
        made = hmac.new(self.secret.encode(), "\n".join(lines).encode(), hashlib.sha256).hexdigest()
        return f"HMAC-SHA256 key={self.key}, timestamp={timestamp}, nonce={nonce}, signature={made}"

    async def posts(self, body: bytes, authorization: str, target: str = "/graphql") -> httpx.Response:
        headers = {"Authorization": authorization, "Content-Type": "application/json"}
        return await self.client.http.post(target, content=body, headers=headers)

    async def signs(self, document: str, **given: Any) -> httpx.Response:
        """With a signature in place of the token."""
        body = json.dumps({"query": document}).encode()
        return await self.posts(body, self.signature(body, **given))


async def made(
    shop: ShopUnderTest, client: Client, clock: TestClock, *, email: str = "ada@example.com", **given: Any
) -> Integrator:
    """An app with one token, made by Ada."""
    if not client.token:
        await make_staff(shop, email)
        await signed_in(client, email)
    answer = await create(client, **given)
    assert answer["userErrors"] == []
    token = await token_for(client, answer["app"]["id"])
    assert token["userErrors"] == []
    integrator = Integrator(shop, clock, token["secret"], token["appToken"]["id"])
    integrator.app = answer["app"]["id"]  # type: ignore[attr-defined]
    return integrator


def reason(answer: httpx.Response) -> str:
    """Why a request was not let in; empty when it was."""
    body = answer.json()
    if "errors" not in body:
        return ""
    [error] = body["errors"]
    assert error["extensions"]["code"] == "UNAUTHENTICATED"
    assert "data" not in body
    return error["extensions"]["reason"]


def code(answer: httpx.Response) -> str:
    body = answer.json()
    return body["errors"][0]["extensions"]["code"] if "errors" in body else ""


# ------------------------------------------------------------------------------------------------ keeping


async def test_an_app_is_made_and_let_in_by_its_token(shop: ShopUnderTest, client: Client, clock: TestClock) -> None:
    await make_staff(shop)
    await signed_in(client)
    made = await create(client, name=" ERP ", permissions=["STAFF_WRITE", "ORDERS_READ"])
    assert made["userErrors"] == []
    assert {k: v for k, v in made["app"].items() if k != "id"} == {
        "name": "ERP", "permissions": ["ORDERS_READ", "STAFF_WRITE"], "isBoundToChannels": False,
        "channels": [], "mustSign": False, "isActive": True, "createdAt": "2026-11-22T12:00:00Z", "tokens": [], "usage": [],
    }  # fmt: skip
    token = await token_for(client, made["app"]["id"])
    secret = token["secret"]
    assert {k: v for k, v in token["appToken"].items() if k != "id"} == {
        "hint": secret[-4:], "isGood": True, "createdAt": "2026-11-22T12:00:00Z", "expiresAt": None, "revokedAt": None,
        "lastUsedAt": None,
    }  # fmt: skip
    erp = Integrator(shop, clock, secret, token["appToken"]["id"])
    assert (await erp.asks(ROLES)).json()["data"] == {"roles": {"totalCount": 0}}
    viewer = (await erp.asks(VIEWER)).json()["data"]["viewer"]
    assert viewer == {
        "id": made["app"]["id"], "name": "ERP", "permissions": ["ORDERS_READ", "STAFF_WRITE"], "channelPermissions": [],
    }  # fmt: skip


async def test_what_a_token_says_is_kept_nowhere_in_clear(
    shop: ShopUnderTest, client: Client, clock: TestClock
) -> None:
    erp = await made(shop, client, clock)
    rows = await shop.database.rows(text("select row_to_json(r)::text from accounts_app_token r"))
    assert erp.secret not in rows[0][0]
    assert erp.secret.encode().hex() not in rows[0][0]
    listed = json.dumps(await client(APPS))
    assert erp.secret not in listed
    assert erp.secret[-4:] in listed


def test_tokens_are_known_to_scanners_and_typing_errors_to_us() -> None:
    token = rules.new_token()
    assert rules.is_token(token)
    assert (token[:5], len(token), token[5:].isalnum()) == ("capp_", 51, True)
    wrong = [
        token[:-1],
        token + "0",
        token.replace("capp_", "capp-"),
        token[:10] + ("a" if token[10] != "a" else "b") + token[11:],
    ]
    assert not any(map(rules.is_token, wrong))


async def test_apps_that_cannot_be_are_refused(shop: ShopUnderTest, client: Client) -> None:
    web = await make_channel(shop, "web")
    await make_staff(shop, permissions=[Permission.APPS_WRITE, Permission.ORDERS_READ])
    await signed_in(client)
    channel, nowhere = ids.encode("channel", web.id), ids.encode("channel", ids.new_key())
    for given, refusal, field in (
        ({"name": " "}, "REQUIRED", ["name"]),
        ({"name": "x" * 101}, "INVALID", ["name"]),
        ({"permissions": ["ORDERS_READ", "STOCK_WRITE"]}, "INVALID", ["permissions"]),
        ({"permissions": ["ORDERS_READ", "ORDERS_READ"]}, "INVALID", ["permissions"]),
        ({"channelIds": []}, "REQUIRED", ["channelIds"]),
        ({"channelIds": [channel, channel]}, "INVALID", ["channelIds"]),
        ({"channelIds": [channel, nowhere]}, "NOT_FOUND", ["channelIds", "1"]),
        ({"channelIds": ["web"]}, "NOT_FOUND", ["channelIds", "0"]),
    ):
        refused = await create(client, **{"permissions": ["ORDERS_READ"], **given})
        assert refused["app"] is None
        assert [(e["code"], e["field"]) for e in refused["userErrors"]] == [(refusal, ["input", *field])], given
    assert (await client(APPS))["apps"]["totalCount"] == 0


async def test_only_those_who_see_to_apps_see_and_change_them(
    shop: ShopUnderTest, client: Client, clock: TestClock
) -> None:
    erp = await made(shop, client, clock)
    await make_staff(shop, "bob@example.com", permissions=[Permission.STAFF_WRITE])
    await signed_in(client, "bob@example.com")
    app = erp.app  # type: ignore[attr-defined]
    for document, sent in (
        (APPS, {}), (CREATE, {"input": {"name": "x", "permissions": []}}), (UPDATE, {"input": {"appId": app}}),
        (DEACTIVATE, {"id": app}), (TOKEN, {"id": app}), (REVOKE, {"id": erp.key}),
    ):  # fmt: skip
        answer = await client.send(document, **sent)
        assert [e["extensions"]["code"] for e in answer["errors"]] == ["FORBIDDEN"]
    for one in (app, erp.key):
        assert await client("query($id: ID!) { node(id: $id) { id } }", id=one) == {"node": None}


async def test_nobody_uses_an_app_to_do_what_they_may_not(
    shop: ShopUnderTest, client: Client, clock: TestClock
) -> None:
    """Whoever makes a token can use it; whoever widens an app whose token they have, too."""
    web = await make_channel(shop, "web")
    erp = await made(shop, client, clock, permissions=["SETTINGS_WRITE"])
    bob = await make_staff(shop, "bob@example.com", permissions=[Permission.APPS_WRITE])
    await give_role(shop, bob, await make_role(shop, "Clerk", [Permission.ORDERS_READ]), web.id)
    await signed_in(client, "bob@example.com")
    app = erp.app  # type: ignore[attr-defined]
    refused = await token_for(client, app)
    assert [(e["code"], e["field"]) for e in refused["userErrors"]] == [("INVALID", ["input", "appId"])]
    own = (await create(client, permissions=["ORDERS_READ"], channelIds=[ids.encode("channel", web.id)]))["app"]
    assert (await token_for(client, own["id"]))["secret"]
    for given in ({"permissions": ["ORDERS_READ", "STOCK_WRITE"]}, {"channelIds": None}):
        answer = (await client(UPDATE, input={"appId": own["id"], **given}))["appUpdate"]
        assert answer["userErrors"] == [{"code": "INVALID", "field": ["input", "permissions"]}]
    renamed = (await client(UPDATE, input={"appId": app, "name": "Old", "permissions": []}))["appUpdate"]
    assert renamed["app"]["permissions"] == []  # less, anybody may give who sees to apps


async def test_an_app_is_changed_and_it_counts_with_its_next_request(
    shop: ShopUnderTest, client: Client, clock: TestClock
) -> None:
    web = await make_channel(shop, "web")
    erp = await made(shop, client, clock)
    assert code(await erp.asks(ROLES)) == ""
    given = {"name": "Books", "permissions": ["CUSTOMERS_READ"], "channelIds": [ids.encode("channel", web.id)]}
    changed = (await client(UPDATE, input={"appId": erp.app, **given, "mustSign": True}))["appUpdate"]  # type: ignore[attr-defined]
    told = {"name": "Books", "permissions": ["CUSTOMERS_READ"], "channels": [{"id": ids.encode("channel", web.id)}]}
    assert changed == {"app": {**told, "isBoundToChannels": True, "mustSign": True}, "userErrors": []}
    assert reason(await erp.asks(ROLES)) == "SIGNATURE_REQUIRED"
    assert code(await erp.signs(ROLES)) == "FORBIDDEN"
    back = (await client(UPDATE, input={"appId": erp.app, "channelIds": None}))["appUpdate"]["app"]  # type: ignore[attr-defined]
    assert (back["isBoundToChannels"], back["mustSign"], back["permissions"]) == (False, True, ["CUSTOMERS_READ"])


async def test_deactivated_revoked_and_expired_are_out_with_the_next_request(
    shop: ShopUnderTest, client: Client, clock: TestClock
) -> None:
    erp = await made(shop, client, clock)
    app = erp.app  # type: ignore[attr-defined]
    second = await token_for(client, app, expires="2026-11-22T12:10:00Z")
    other = Integrator(shop, clock, second["secret"], second["appToken"]["id"])
    assert reason(await erp.asks(ROLES)) == reason(await other.asks(ROLES)) == reason(await other.signs(ROLES)) == ""
    clock.advance(minutes=10)
    assert reason(await other.asks(ROLES)) == reason(await other.signs(ROLES)) == "TOKEN"
    for _ in range(2):
        revoked = (await client(REVOKE, id=erp.key))["appTokenRevoke"]
        assert revoked == {"appToken": {"isGood": False, "revokedAt": "2026-11-22T12:10:00Z"}, "userErrors": []}
    assert reason(await erp.asks(ROLES)) == reason(await erp.signs(ROLES)) == "TOKEN"
    third = await token_for(client, app)
    last = Integrator(shop, clock, third["secret"], third["appToken"]["id"])
    assert reason(await last.asks(ROLES)) == ""
    gone = (await client(DEACTIVATE, id=app))["appDeactivate"]
    assert gone["app"]["isActive"] is False
    assert [token["isGood"] for token in gone["app"]["tokens"]] == [False] * 3
    assert reason(await last.asks(ROLES)) == reason(await last.signs(ROLES)) == "TOKEN"
    for answer in (
        await token_for(client, app), (await client(UPDATE, input={"appId": app, "name": "x"}))["appUpdate"],
    ):  # fmt: skip
        assert [error["code"] for error in answer["userErrors"]] == ["STATE_NOT_ALLOWED"]


async def test_two_tokens_are_good_at_a_time(shop: ShopUnderTest, client: Client, clock: TestClock) -> None:
    erp = await made(shop, client, clock)
    app = erp.app  # type: ignore[attr-defined]
    past = await token_for(client, app, expires="2026-11-22T12:00:00Z")
    assert [(e["code"], e["field"]) for e in past["userErrors"]] == [("INVALID", ["input", "expiresAt"])]
    assert (await token_for(client, app, expires="2026-11-22T13:00:00Z"))["secret"]
    third = await token_for(client, app)
    assert (third["secret"], [e["code"] for e in third["userErrors"]]) == (None, ["LIMIT_EXCEEDED"])
    clock.advance(hours=1)
    await signed_in(client)
    assert (await token_for(client, app))["secret"]
    unknown = await token_for(client, ids.encode("app", ids.new_key()))
    assert [error["code"] for error in unknown["userErrors"]] == ["NOT_FOUND"]


@pytest.mark.race
async def test_a_third_token_is_refused_however_many_ask_at_once(racing_shop: ShopUnderTest) -> None:
    clients = [Client(racing_shop) for _ in range(6)]
    await make_staff(racing_shop)
    await signed_in(clients[0])
    for one in clients:
        one.token = clients[0].token
    app = (await create(clients[0]))["app"]["id"]
    answers = await asyncio.gather(*(token_for(one, app) for one in clients))
    assert sorted(bool(answer["secret"]) for answer in answers) == [False] * 4 + [True] * 2
    good = (await clients[0](APPS))["apps"]["nodes"][0]["tokens"]
    assert [token["isGood"] for token in good] == [True, True]


# ------------------------------------------------------------------------------------- what they may do


async def test_an_app_does_what_it_may_and_nothing_else(shop: ShopUnderTest, client: Client, clock: TestClock) -> None:
    erp = await made(shop, client, clock, permissions=["CUSTOMERS_READ"])
    assert code(await erp.asks(CUSTOMERS)) == ""
    for document in (
        ROLES, "{ apps { totalCount } }", "{ warehouses { code } }",
        'mutation { roleCreate(input: {name: "x", permissions: []}) { userErrors { code } } }',
    ):  # fmt: skip
        assert code(await erp.asks(document)) == "FORBIDDEN"
    for own in (
        "mutation { totpBegin(input: {}) { secret } }", "mutation { customerUpdate(input: {}) { userErrors { code } } }",
    ):  # fmt: skip
        assert code(await erp.asks(own)) == "FORBIDDEN"
    assert (await client(ROLES))["roles"]["totalCount"] == 0


async def test_an_app_is_bound_to_its_channels(shop: ShopUnderTest, client: Client, clock: TestClock) -> None:
    web = await make_channel(shop, "web")
    permissions = ["CUSTOMERS_READ", "STAFF_WRITE"]
    erp = await made(shop, client, clock, permissions=permissions, channelIds=[ids.encode("channel", web.id)])
    viewer = (await erp.asks(VIEWER)).json()["data"]["viewer"]
    assert (viewer["permissions"], viewer["channelPermissions"]) == (
        [], [{"channel": {"code": "web"}, "permissions": permissions}],
    )  # fmt: skip
    assert code(await erp.asks(CUSTOMERS)) == ""  # which is bounded by channels
    assert code(await erp.asks(ROLES)) == "FORBIDDEN"  # which is not


@pytest.mark.parametrize(
    "header",
    ["Bearer capp_", "Bearer capp_x", f"Bearer capp_{'a' * 46}", f"Bearer {rules.PREFIX}{'0' * 46}", "bearer capp_é"],
)
async def test_what_is_no_token_is_refused(client: Client, header: str) -> None:
    headers = {"Authorization": header.encode()}
    answer = await client.http.post("/graphql", json={"query": ROLES}, headers=headers)  # type: ignore[arg-type]
    assert reason(answer) == "TOKEN"


async def test_tokens_that_nobody_has_are_refused(client: Client) -> None:
    answer = await client.http.post(
        "/graphql", json={"query": ROLES}, headers={"Authorization": f"Bearer {rules.new_token()}"}
    )
    assert reason(answer) == "TOKEN"


# ------------------------------------------------------------------------------------------------- signed


async def test_a_signed_request_is_taken_by_post_and_get(shop: ShopUnderTest, client: Client, clock: TestClock) -> None:
    erp = await made(shop, client, clock, mustSign=True)
    assert (await erp.signs(ROLES)).json()["data"] == {"roles": {"totalCount": 0}}
    target = "/graphql?query=%7B%20roles%20%7B%20totalCount%20%7D%20%7D"
    sent = {"Authorization": erp.signature(b"", "GET", target)}
    assert (await client.http.get(target, headers=sent)).json()["data"] == {"roles": {"totalCount": 0}}
    document = 'mutation { roleCreate(input: {name: "Signed", permissions: []}) { role { name } } }'
    assert (await erp.signs(document)).json()["data"]["roleCreate"]["role"] == {"name": "Signed"}


async def test_signing_is_taken_of_apps_that_need_not(shop: ShopUnderTest, client: Client, clock: TestClock) -> None:
    erp = await made(shop, client, clock)
    assert reason(await erp.signs(ROLES)) == reason(await erp.asks(ROLES)) == ""


async def test_a_request_is_taken_once(shop: ShopUnderTest, client: Client, clock: TestClock) -> None:
    erp = await made(shop, client, clock)
    body = json.dumps({"query": ROLES}).encode()
    header = erp.signature(body)
    assert [reason(await erp.posts(body, header)) for _ in range(3)] == ["", "NONCE", "NONCE"]
    other = json.dumps({"query": VIEWER}).encode()
    again = erp.signature(other, nonce="nonce-of-a-test-1")  # a nonce is spent, whatever it was for
    assert reason(await erp.posts(other, again)) == "NONCE"


async def test_a_wrong_signature_spends_no_nonce(shop: ShopUnderTest, client: Client, clock: TestClock) -> None:
    erp = await made(shop, client, clock)
    body = json.dumps({"query": ROLES}).encode()
    header = erp.signature(body)
    assert reason(await erp.posts(body, header[:-64] + "0" * 64)) == "SIGNATURE"
    assert reason(await erp.posts(body, header)) == ""


@pytest.mark.parametrize(
    ("at", "expected"),
    [(-301, "TIMESTAMP"), (-300, ""), (299, ""), (300, ""), (301, "TIMESTAMP"), (-(10**8), "TIMESTAMP")],
)
async def test_a_request_is_good_for_five_minutes(
    shop: ShopUnderTest, client: Client, clock: TestClock, at: int, expected: str
) -> None:
    erp = await made(shop, client, clock)
    assert reason(await erp.signs(ROLES, at=at)) == expected


async def test_whatever_is_changed_breaks_the_signature(shop: ShopUnderTest, client: Client, clock: TestClock) -> None:
    erp = await made(shop, client, clock)
    books = await made(shop, client, clock, name="Books", permissions=["CUSTOMERS_READ"])
    body = json.dumps({"query": ROLES}).encode()
    header = erp.signature(body)
    changed = {
        "body": erp.posts(body + b" ", header),
        "address": erp.posts(body, header, "/graphql?x=1"),
        "signed for GET": erp.posts(body, erp.signature(body, "GET")),
        "signed for another address": erp.posts(body, erp.signature(body, target="/")),
        "key of another app": erp.posts(body, header.replace(erp.key, books.key)),
        "signed by another app": erp.posts(body, books.signature(body).replace(books.key, erp.key)),
        "later": erp.posts(body, erp.signature(body).replace("timestamp=1", "timestamp=2")),
        "another nonce": erp.posts(body, erp.signature(body, nonce="n" * 16).replace("n" * 16, "m" * 16)),
        "signed with the hash": erp.posts(
            body, Integrator(shop, clock, rules.token_hash(erp.secret), erp.key).signature(body)
        ),
        "signed with nothing": erp.posts(body, Integrator(shop, clock, "", erp.key).signature(body)),
    }
    outcomes = {name: reason(await sent) for name, sent in changed.items()}
    assert set(outcomes.values()) == {"SIGNATURE"}, outcomes
    assert reason(await erp.posts(body, header)) == ""


async def test_headers_that_hold_no_signature_are_refused(
    shop: ShopUnderTest, client: Client, clock: TestClock
) -> None:
    erp = await made(shop, client, clock)
    body = json.dumps({"query": ROLES}).encode()
    good = erp.signature(body)
    odd = [
        "HMAC-SHA256 ", "HMAC-SHA256 x", good.replace(", nonce", ""), good[:-1], good + "0", f"{good}, {good}",
        good.replace("timestamp=", "timestamp=-"), good.replace("nonce-of-a-test-1", "short"),
        erp.signature(body, nonce="x" * 65), good.replace(erp.key, "app_token_1"), good.replace(erp.key, "app_token_" + "z" * 26),
    ]  # fmt: skip
    assert {header: reason(await erp.posts(body, header)) for header in odd} == dict.fromkeys(odd, "SIGNATURE")
    unknown = good.replace(erp.key, ids.encode("app_token", ids.new_key()))
    assert reason(await erp.posts(body, unknown)) == "TOKEN"
    assert code(await erp.posts(body, good.replace("HMAC-SHA256", "HMAC-SHA1"))) == "UNAUTHENTICATED"


async def test_what_is_signed_is_not_answered_from_what_others_were_told(
    shop: ShopUnderTest, client: Client, clock: TestClock
) -> None:
    erp = await made(shop, client, clock)
    public = json.dumps({"query": "{ channels { code } }"}).encode()
    kind = {"Content-Type": "application/json"}
    for _ in range(2):
        assert "errors" not in (await client.http.post("/graphql", content=public, headers=kind)).json()
    header = erp.signature(public)
    assert [reason(await erp.posts(public, header)) for _ in range(2)] == ["", "NONCE"]


async def test_nonces_are_forgotten_when_nobody_can_use_them_again(
    shop: ShopUnderTest, client: Client, clock: TestClock
) -> None:
    erp = await made(shop, client, clock)
    body = json.dumps({"query": ROLES}).encode()
    header = erp.signature(body, at=300)
    assert reason(await erp.posts(body, header)) == ""
    clock.advance(seconds=600)
    await forget_nonces(shop.context())
    assert reason(await erp.posts(body, header)) == "NONCE"
    clock.advance(seconds=61)
    await forget_nonces(shop.context())
    assert (await shop.database.rows(text("select count(*) from accounts_app_nonce")))[0][0] == 0
    assert reason(await erp.posts(body, header)) == "TIMESTAMP"


@pytest.mark.race
async def test_a_request_that_is_sent_many_times_at_once_is_taken_once(
    racing_shop: ShopUnderTest, clock: TestClock
) -> None:
    erp = await made(racing_shop, Client(racing_shop), clock)
    body = json.dumps({"query": ROLES}).encode()
    header = erp.signature(body)
    answers = await asyncio.gather(*(erp.posts(body, header) for _ in range(8)))
    assert sorted(map(reason, answers)) == [""] + ["NONCE"] * 7


# ------------------------------------------------------------------------------------------------ counted


async def used(client: Client) -> dict[str, Any]:
    [app] = (await client(APPS))["apps"]["nodes"]
    return app


async def test_what_an_app_uses_is_counted_by_day(shop: ShopUnderTest, client: Client, clock: TestClock) -> None:
    erp = await made(shop, client, clock)
    assert (await used(client))["tokens"][0]["lastUsedAt"] is None
    cost = (await erp.asks(ROLES)).json()["extensions"]["cost"]["actual"]
    await erp.signs(ROLES)
    clock.advance(minutes=1)
    await erp.asks(VIEWER)
    await erp.signs(ROLES, at=-400)
    assert (await used(client))["usage"] == []  # nothing is written with the requests themselves
    await shop.write_usage()
    app = await used(client)
    assert [(one["day"], one["requests"], one["refused"]) for one in app["usage"]] == [("2026-11-22", 4, 1)]
    assert app["usage"][0]["points"] == 2 * cost + 1
    assert app["tokens"][0]["lastUsedAt"] == "2026-11-22T12:01:00Z"
    clock.advance(days=1)
    await erp.asks(ROLES)
    await erp.asks(ROLES)
    await shop.write_usage()
    await shop.write_usage()
    await signed_in(client)
    assert [(one["day"], one["requests"]) for one in (await used(client))["usage"]] == [
        ("2026-11-23", 2), ("2026-11-22", 4),
    ]  # fmt: skip
    today = (await client(APPS, days=1))["apps"]["nodes"][0]["usage"]
    assert [one["day"] for one in today] == ["2026-11-23"]
    assert (await client.send(APPS, days=91))["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


async def test_what_is_too_dear_is_counted_as_refused(shop: ShopUnderTest, client: Client, clock: TestClock) -> None:
    erp = await made(shop, client, clock)
    dear = " ".join(
        f"a{i}: nodes(ids: {json.dumps(['x'] * 100)}) {{ id ... on Product {{ variants(first: 100) {{ nodes {{ id price {{ current {{ amount }} }} }} }} }} }}"
        for i in range(5)
    )
    assert code(await erp.asks(f"{{ {dear} }}")) == "TOO_COMPLEX"
    await shop.write_usage()
    assert [(one["requests"], one["points"], one["refused"]) for one in (await used(client))["usage"]] == [(1, 0, 1)]


async def test_an_app_may_spend_more_than_a_storefront(shop: ShopUnderTest, client: Client, clock: TestClock) -> None:
    erp, times = await made(shop, client, clock), shop.settings.rate_trusted
    cost = (await erp.asks(ROLES)).json()["extensions"]["cost"]
    assert (cost["limit"], cost["bucket"]["maximum"]) == (20_000 * times, 1_000_000 * times)


async def test_what_people_use_is_not_counted(shop: ShopUnderTest, client: Client, clock: TestClock) -> None:
    await made(shop, client, clock)
    await client(ROLES)
    await shop.write_usage()
    assert (await used(client))["usage"] == []


async def test_what_cannot_be_written_is_written_later(shop: ShopUnderTest, client: Client, clock: TestClock) -> None:
    erp = await made(shop, client, clock)
    await erp.asks(ROLES)
    uses = shop.resources[AppUses]
    uses.spend(ids.new_key(), clock().date(), requests=1)  # of an app that is not there
    with pytest.raises(Exception, match="accounts_app"):
        await shop.write_usage()
    assert len(uses._spent) == 2
    uses._spent = {key: one for key, one in uses._spent.items() if ids.encode("app", key[0]) == erp.app}  # type: ignore[attr-defined]
    await shop.write_usage()
    assert (await used(client))["usage"][0]["requests"] == 1


async def test_requests_write_nothing_by_themselves(
    shop: ShopUnderTest, client: Client, clock: TestClock, counted: Any
) -> None:
    erp = await made(shop, client, clock)
    counted()
    await erp.asks(ROLES)
    statements = counted()
    assert len(statements) <= 4
    assert not any(one.lstrip().lower().startswith(("insert", "update", "with")) for one in statements), statements


@pytest.mark.race
async def test_processes_that_write_at_the_same_time_lose_nothing(racing_shop: ShopUnderTest, clock: TestClock) -> None:
    client = Client(racing_shop)
    erp = await made(racing_shop, client, clock)
    app, token = ids.decode("app", erp.app), ids.decode("app_token", erp.key)  # type: ignore[attr-defined]
    assert isinstance(app, UUID)
    assert isinstance(token, UUID)
    processes = [AppUses() for _ in range(8)]
    for one in processes:
        one.use(token, clock())
        for _ in range(5):
            one.spend(app, clock().date(), requests=1, points=3)
    await asyncio.gather(*(one.write(racing_shop.context()) for one in processes))
    [day] = (await used(client))["usage"]
    assert (day["requests"], day["points"], day["refused"]) == (40, 120, 0)


@pytest.mark.race
async def test_usage_is_written_every_few_seconds_and_when_a_process_ends(
    racing_shop: ShopUnderTest, race_url: str, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Client(racing_shop)
    erp = await made(racing_shop, client, clock)
    app = ids.decode("app", erp.app)  # type: ignore[attr-defined]
    assert app is not None
    monkeypatch.setattr(shops, "EVERY", 0.02)
    settings = racing_shop.settings.model_copy(update={"database_url": race_url})
    process = shops.Shop(settings, await Database.connect(race_url, 2, 20), clock=clock)
    process.listen()
    process.resources[AppUses].spend(app, clock().date(), requests=1)
    async with asyncio.timeout(5):
        while not (await used(client))["usage"]:  # noqa: ASYNC110  (it is another process that writes)
            await asyncio.sleep(0.02)
    monkeypatch.setattr(shops, "EVERY", 60)
    await asyncio.sleep(0.05)
    process.resources[AppUses].spend(app, clock().date(), requests=2)
    await process.close()
    assert (await used(client))["usage"][0]["requests"] == 3
