"""The ways in which somebody can sign in, and two accounts that turn out to be one person's."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from commerce.accounts.models import Totp
from commerce.kit import people
from commerce.kit.db import Session
from commerce.kit.ids import decode
from tests.accounts.documents import (
    IDENTITIES,
    LINK,
    UNLINK,
    link,
    merge,
    refresh,
    refusal_code,
    send_code,
    sign_in,
    signed_in,
    signed_in_by_code,
)
from tests.accounts.factory import make_staff
from tests.accounts.letters import code_for, letters
from tests.conftest import Client, ShopUnderTest, TestClock

PHONE, EMAIL = "+8613812345678", "eve@example.com"


async def contacts(client: Client) -> list[str]:
    return [one["contact"] for one in (await client(IDENTITIES))["viewer"]["identities"]]


async def identity_of(client: Client, contact: str) -> str:
    own = (await client(IDENTITIES))["viewer"]["identities"]
    return next(one["id"] for one in own if one["contact"] == contact)


async def unlink(client: Client, contact: str) -> dict[str, Any]:
    sent = {"identityId": await identity_of(client, contact)}
    return (await client(UNLINK, input=sent))["identityUnlink"]


async def two_accounts(client: Client, clock: TestClock) -> tuple[dict[str, Any], dict[str, Any]]:
    """An older account with a phone, and a younger one with an address, which the client is signed in to."""
    older = await signed_in_by_code(client, phone=PHONE)
    clock.advance(minutes=2)
    return older, await signed_in_by_code(client, email=EMAIL)


# ------------------------------------------------------------------------------------- adding and removing


async def test_an_address_is_added_to_an_account_that_came_by_phone(shop: ShopUnderTest, client: Client) -> None:
    await signed_in_by_code(client, phone=PHONE)
    answer = await link(client, email=EMAIL)
    assert answer == {"identity": {"kind": "EMAIL", "provider": "email", "contact": EMAIL}, "userErrors": []}
    assert await contacts(client) == [PHONE, EMAIL]
    viewer = (await client(IDENTITIES))["viewer"]
    assert (viewer["email"], viewer["phone"]) == (EMAIL, PHONE)
    [told] = [letter for letter in await letters(shop, PHONE) if letter.template == "accounts.identity_added"]
    assert told.text.startswith("A way to sign in was added to your account.")
    mine = viewer["id"]
    assert (await signed_in_by_code(client, email="other@example.com"))["viewer"]["id"] != mine


async def test_what_is_one_s_own_already_is_linked_again_without_effect(
    shop: ShopUnderTest, client: Client, clock: TestClock
) -> None:
    await signed_in_by_code(client, phone=PHONE)
    clock.advance(minutes=1)
    assert (await link(client, phone=PHONE))["userErrors"] == []
    assert await contacts(client) == [PHONE]


async def test_a_code_links_to_the_account_only_that_asked_for_it(shop: ShopUnderTest, client: Client) -> None:
    await signed_in_by_code(client, phone=PHONE)
    sent = await send_code(client, purpose="IDENTITY_LINK", email=EMAIL)
    code = {"challengeId": sent["challengeId"], "code": await code_for(shop, EMAIL)}
    await signed_in_by_code(client, email="other@example.com")
    refused = (await client(LINK, input={"credential": {"code": code}}))["identityLink"]
    assert refused["userErrors"][0]["code"] == "CREDENTIAL_REJECTED"
    assert await contacts(client) == ["other@example.com"]


async def test_a_password_proves_nothing_that_could_be_linked(shop: ShopUnderTest, client: Client) -> None:
    await signed_in_by_code(client, phone=PHONE)
    credential = {"password": {"email": EMAIL, "password": "x"}}
    refused = (await client(LINK, input={"credential": credential}))["identityLink"]["userErrors"]
    assert [(e["code"], e["field"]) for e in refused] == [("INVALID", ["input", "credential"])]


async def test_the_last_way_to_sign_in_remains(shop: ShopUnderTest, client: Client) -> None:
    await signed_in_by_code(client, phone=PHONE)
    refused = await unlink(client, PHONE)
    assert refused["userErrors"] == [{"code": "STATE_NOT_ALLOWED", "field": ["input", "identityId"]}]
    await link(client, email=EMAIL)
    key = await identity_of(client, PHONE)
    for _ in range(2):  # once more with its key changes nothing more
        done = (await client(UNLINK, input={"identityId": key, "idempotencyKey": "once"}))["identityUnlink"]
        assert done == {"viewer": {"identities": [{"contact": EMAIL}]}, "userErrors": []}
    assert (await unlink(client, EMAIL))["userErrors"][0]["code"] == "STATE_NOT_ALLOWED"
    assert (await letters(shop, EMAIL))[0].template == "accounts.identity_removed"


async def test_what_was_removed_is_nobodys(shop: ShopUnderTest, client: Client, clock: TestClock) -> None:
    first = await signed_in_by_code(client, phone=PHONE)
    await link(client, email=EMAIL)
    await unlink(client, PHONE)
    clock.advance(minutes=1)
    assert (await signed_in_by_code(client, phone=PHONE))["viewer"]["id"] != first["viewer"]["id"]


async def test_removing_needs_a_sign_in_of_just_now(shop: ShopUnderTest, client: Client, clock: TestClock) -> None:
    await signed_in_by_code(client, phone=PHONE)
    await link(client, email=EMAIL)
    clock.advance(minutes=14)
    key = await identity_of(client, EMAIL)
    clock.advance(seconds=59)
    old = client.token
    await signed_in_by_code(client, phone=PHONE)
    clock.advance(seconds=1)
    client.token = old
    assert await refusal_code(client, old) == "UNAUTHENTICATED"
    from tests.accounts.documents import REFRESH  # noqa: PLC0415

    fresh = await signed_in_by_code(client, email=EMAIL)
    client.token = None
    clock.advance(minutes=10)
    renewed = (await client(REFRESH, token=fresh["tokens"]["refreshToken"]))["tokenRefresh"]["tokens"]
    clock.advance(minutes=6)
    client.token = renewed["accessToken"]
    refused = (await client(UNLINK, input={"identityId": key}))["identityUnlink"]
    assert refused["userErrors"] == [{"code": "REAUTHENTICATION_REQUIRED", "field": []}]
    await signed_in_by_code(client, phone=PHONE)
    assert (await client(UNLINK, input={"identityId": key}))["identityUnlink"]["userErrors"] == []


async def test_adding_needs_a_sign_in_of_just_now(shop: ShopUnderTest, client: Client, clock: TestClock) -> None:
    """Whoever finds a token would else add an address of their own, come in by that, and remove the owner's."""
    tokens = (await signed_in_by_code(client, phone=PHONE))["tokens"]
    clock.advance(minutes=14)
    sent = await send_code(client, purpose="IDENTITY_LINK", email=EMAIL)
    credential = {"code": {"challengeId": sent["challengeId"], "code": await code_for(shop, EMAIL)}}
    client.token = None
    client.token = (await refresh(client, tokens["refreshToken"]))["tokens"]["accessToken"]
    clock.advance(minutes=2)
    refused = (await client(LINK, input={"credential": credential}))["identityLink"]
    assert [error["code"] for error in refused["userErrors"]] == ["REAUTHENTICATION_REQUIRED"]
    again = await send_code(client, purpose="IDENTITY_LINK", email=EMAIL)
    assert [error["code"] for error in again["userErrors"]] == ["REAUTHENTICATION_REQUIRED"]
    assert await contacts(client) == [PHONE]
    await signed_in_by_code(client, phone=PHONE)
    clock.advance(minutes=2)
    assert (await link(client, email=EMAIL))["userErrors"] == []


async def test_merging_makes_no_sign_in_younger(shop: ShopUnderTest, client: Client, clock: TestClock) -> None:
    await two_accounts(client, clock)
    clock.advance(minutes=10)
    [error] = (await link(client, phone=PHONE))["userErrors"]
    clock.advance(minutes=4)
    merged = await merge(client, error["mergeToken"])
    client.token = merged["tokens"]["accessToken"]
    clock.advance(minutes=2)
    refused = await unlink(client, PHONE)
    assert refused["userErrors"] == [{"code": "REAUTHENTICATION_REQUIRED", "field": []}]


async def test_identities_of_others_are_not_found(shop: ShopUnderTest, client: Client) -> None:
    await signed_in_by_code(client, phone=PHONE)
    theirs = await identity_of(client, PHONE)
    await signed_in_by_code(client, email=EMAIL)
    await link(client, email="two@example.com")
    refused = (await client(UNLINK, input={"identityId": theirs}))["identityUnlink"]
    assert refused["userErrors"] == [{"code": "NOT_FOUND", "field": ["input", "identityId"]}]
    assert await client("query($id: ID!) { node(id: $id) { id } }", id=theirs) == {"node": None}
    mine = await identity_of(client, EMAIL)
    assert await client("query($id: ID!) { node(id: $id) { id } }", id=mine) == {"node": {"id": mine}}


async def test_staff_keeps_its_last_address(shop: ShopUnderTest, client: Client) -> None:
    await make_staff(shop)
    await signed_in(client)
    await link(client, phone=PHONE)
    assert (await unlink(client, "ada@example.com"))["userErrors"][0]["code"] == "STATE_NOT_ALLOWED"
    await link(client, email="ada@home.example")
    assert (await unlink(client, "ada@example.com"))["userErrors"] == []
    client.token = None
    assert (await sign_in(client, "ada@home.example"))["tokens"] is not None


# ------------------------------------------------------------------------------------------------ merging


async def test_two_accounts_of_one_person_become_the_older_one(
    shop: ShopUnderTest, client: Client, clock: TestClock
) -> None:
    older, younger = await two_accounts(client, clock)
    refused = await link(client, phone=PHONE)
    [error] = refused["userErrors"]
    assert (refused["identity"], error["__typename"], error["code"]) == (None, "IdentityTakenError", "IDENTITY_TAKEN")
    assert error["expiresAt"] == "2026-11-22T12:12:00Z"
    merged = await merge(client, error["mergeToken"])
    assert merged["userErrors"] == []
    assert merged["viewer"] == {"id": older["viewer"]["id"], "name": None, "email": EMAIL, "phone": PHONE}
    assert await refusal_code(client, younger["tokens"]["accessToken"]) == "UNAUTHENTICATED"
    assert await refusal_code(client, merged["tokens"]["accessToken"]) == ""
    assert await contacts(client) == [PHONE, EMAIL]
    rows = await shop.database.rows(text("select is_active, merged_into_id from accounts_account order by created_at"))
    assert [tuple(row) for row in rows] == [(True, None), (False, decode("customer", older["viewer"]["id"]))]
    clock.advance(minutes=2)
    assert (await signed_in_by_code(client, email=EMAIL))["viewer"]["id"] == older["viewer"]["id"]


async def test_who_had_either_account_is_told_of_the_merge(
    shop: ShopUnderTest, client: Client, clock: TestClock
) -> None:
    """It may be that only the phone was stolen: then its owner reads of it."""
    await two_accounts(client, clock)
    [error] = (await link(client, phone=PHONE))["userErrors"]
    assert (await merge(client, error["mergeToken"]))["userErrors"] == []
    for address in (PHONE, EMAIL):
        assert (await letters(shop, address))[0].template == "accounts.identity_added"


async def test_modules_give_what_they_keep_in_the_same_transaction(
    shop: ShopUnderTest, client: Client, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[tuple[UUID, UUID]] = []

    async def give(_session: Session, absorbed: UUID, survivor: UUID) -> None:
        given.append((absorbed, survivor))
        if len(given) == 1:
            raise RuntimeError

    monkeypatch.setitem(people.merges, "test", give)
    older, younger = await two_accounts(client, clock)
    [error] = (await link(client, phone=PHONE))["userErrors"]
    token = {"mergeToken": error["mergeToken"], "idempotencyKey": "1"}
    from tests.accounts.documents import MERGE  # noqa: PLC0415

    failed = await client.send(MERGE, input=token)
    assert failed["errors"][0]["extensions"]["code"] == "INTERNAL"
    assert await contacts(client) == [EMAIL]
    assert (await merge(client, error["mergeToken"]))["userErrors"] == []
    keys = decode("customer", younger["viewer"]["id"]), decode("customer", older["viewer"]["id"])
    assert given == [keys, keys]


async def test_no_sign_in_is_left_with_an_account_that_became_part_of_another(
    shop: ShopUnderTest, client: Client, clock: TestClock
) -> None:
    """Else it would outlast the person, who is forgotten by the account that is left."""
    older, younger = await two_accounts(client, clock)
    [error] = (await link(client, phone=PHONE))["userErrors"]
    assert (await merge(client, error["mergeToken"]))["userErrors"] == []
    rows = await shop.database.rows(text("select account_id, revoked_at is null from accounts_session"))
    survivor = decode("customer", older["viewer"]["id"])
    assert {row[0] for row in rows} == {survivor}
    assert [row[1] for row in rows].count(True) == 2, "the one that asked, and the one that the merge began"
    client.token = younger["tokens"]["accessToken"] if "tokens" in younger else younger["accessToken"]
    assert (await client.send("{ viewer { id } }"))["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


async def test_the_survivor_keeps_its_name_and_password_and_else_takes_the_others(
    shop: ShopUnderTest, client: Client, clock: TestClock
) -> None:
    from tests.accounts.documents import SIGN_UP, sign_in_by_code  # noqa: PLC0415

    await signed_in_by_code(client, phone=PHONE)
    client.token = None
    sent = (await client(SIGN_UP, input={"email": EMAIL, "password": "lighthouse keeper", "name": "Eve"}))["signUp"]
    answer = await sign_in_by_code(client, sent["challengeId"], await code_for(shop, EMAIL))
    client.token = answer["tokens"]["accessToken"]
    clock.advance(minutes=1)
    [error] = (await link(client, phone=PHONE))["userErrors"]
    assert (await merge(client, error["mergeToken"]))["viewer"]["name"] == "Eve"
    client.token = None
    assert (await sign_in(client, EMAIL, "lighthouse keeper"))["viewer"]["name"] == "Eve"


async def test_an_offer_is_good_for_whom_it_was_made_once_and_for_ten_minutes(
    shop: ShopUnderTest, client: Client, clock: TestClock
) -> None:
    await two_accounts(client, clock)
    mine = client.token
    [error] = (await link(client, phone=PHONE))["userErrors"]
    rejected = [{"code": "CREDENTIAL_REJECTED", "field": ["input", "mergeToken"]}]
    for token in (None, (await signed_in_by_code(client, email="other@example.com"))["tokens"]["accessToken"]):
        client.token = token
        assert (await merge(client, error["mergeToken"]))["userErrors"] == rejected
    client.token = mine
    assert (await merge(client, "challenge_1", "2"))["userErrors"] == rejected
    clock.advance(minutes=10)
    assert (await merge(client, error["mergeToken"], "3"))["userErrors"] == rejected
    clock.advance(minutes=1)
    [error] = (await link(client, phone=PHONE))["userErrors"]
    merged = await merge(client, error["mergeToken"], "4")
    client.token = merged["tokens"]["accessToken"]
    assert (await merge(client, error["mergeToken"], "5"))["userErrors"] == rejected


async def test_merging_can_be_repeated_while_the_session_lives(client: Client, clock: TestClock) -> None:
    older = await signed_in_by_code(client, phone=PHONE)
    olders = client.token
    clock.advance(minutes=1)
    await signed_in_by_code(client, email=EMAIL)
    clock.advance(minutes=1)
    client.token = olders
    [error] = (await link(client, email=EMAIL))["userErrors"]
    first, again = [await merge(client, error["mergeToken"]) for _ in range(2)]
    assert first["tokens"] is not None
    assert (again["tokens"], again["viewer"], again["userErrors"]) == (None, first["viewer"], [])
    assert first["viewer"]["id"] == older["viewer"]["id"]


async def test_accounts_of_staff_are_never_merged(shop: ShopUnderTest, client: Client, clock: TestClock) -> None:
    await make_staff(shop)
    await signed_in_by_code(client, phone=PHONE)
    [error] = (await link(client, email="ada@example.com"))["userErrors"]
    assert (error["code"], error["mergeToken"], error["expiresAt"]) == ("IDENTITY_TAKEN", None, None)
    await signed_in(client)
    clock.advance(minutes=1)
    [error] = (await link(client, phone=PHONE))["userErrors"]
    assert (error["code"], error["mergeToken"]) == ("IDENTITY_TAKEN", None)


async def test_a_second_factor_is_not_passed_by_merging(shop: ShopUnderTest, client: Client, clock: TestClock) -> None:
    older, _ = await two_accounts(client, clock)
    key = decode("customer", older["viewer"]["id"])
    assert key
    await guard(shop, key)
    [error] = (await link(client, phone=PHONE))["userErrors"]
    assert error["mergeToken"] is None


async def test_a_second_factor_set_up_in_the_meantime_stops_a_merge(
    shop: ShopUnderTest, client: Client, clock: TestClock
) -> None:
    older, _ = await two_accounts(client, clock)
    [error] = (await link(client, phone=PHONE))["userErrors"]
    key = decode("customer", older["viewer"]["id"])
    assert key
    await guard(shop, key)
    refused = await merge(client, error["mergeToken"])
    assert refused["userErrors"] == [{"code": "STATE_NOT_ALLOWED", "field": ["input", "mergeToken"]}]
    assert await contacts(client) == [EMAIL]


async def test_the_second_factor_of_who_asks_stays_with_the_merged_account(
    shop: ShopUnderTest, client: Client, clock: TestClock
) -> None:
    older, younger = await two_accounts(client, clock)
    key = decode("customer", younger["viewer"]["id"])
    assert key
    await guard(shop, key)
    [error] = (await link(client, phone=PHONE))["userErrors"]
    assert (await merge(client, error["mergeToken"]))["userErrors"] == []
    rows = await shop.database.rows(text("select id from accounts_totp"))
    assert [row[0] for row in rows] == [decode("customer", older["viewer"]["id"])]


async def guard(shop: ShopUnderTest, key: UUID) -> None:
    """Give an account a second factor."""
    async with shop.context().transaction() as session:
        session.add(Totp(id=key, secret=session.vault.seal("totp", "secret"), confirmed_at=session.now()))


# -------------------------------------------------------------------------------------------------- races


@pytest.mark.race
async def test_two_merges_at_once_have_one_effect(racing_shop: ShopUnderTest, clock: TestClock) -> None:
    client = Client(racing_shop)
    await two_accounts(client, clock)
    [error] = (await link(client, phone=PHONE))["userErrors"]
    answers = await asyncio.gather(*(merge(client, error["mergeToken"], str(i)) for i in range(5)))
    assert sum(not answer["userErrors"] for answer in answers) == 1
    rows = await racing_shop.database.rows(text("select count(*) from accounts_account where is_active"))
    assert rows[0][0] == 1


@pytest.mark.race
async def test_two_who_merge_each_other_end_as_one(racing_shop: ShopUnderTest, clock: TestClock) -> None:
    one, other = Client(racing_shop), Client(racing_shop)
    await signed_in_by_code(one, phone=PHONE)
    clock.advance(minutes=1)
    await signed_in_by_code(other, email=EMAIL)
    clock.advance(minutes=1)
    [first] = (await link(one, email=EMAIL))["userErrors"]
    [second] = (await link(other, phone=PHONE))["userErrors"]
    answers = await asyncio.gather(merge(one, first["mergeToken"]), merge(other, second["mergeToken"]))
    assert sum(not answer["userErrors"] for answer in answers) == 1
    rows = await racing_shop.database.rows(text("select count(*), count(merged_into_id) from accounts_account"))
    assert tuple(rows[0]) == (2, 1)


@pytest.mark.race
async def test_two_who_link_one_address_at_once_are_one_owner_and_one_offer(
    racing_shop: ShopUnderTest, clock: TestClock
) -> None:
    clients, shown = [Client(racing_shop), Client(racing_shop)], []
    for client, phone in zip(clients, (PHONE, "+8613912345678"), strict=True):
        await signed_in_by_code(client, phone=phone)
        clock.advance(minutes=1)
        sent = await send_code(client, purpose="IDENTITY_LINK", email=EMAIL)
        shown.append({"challengeId": sent["challengeId"], "code": await code_for(racing_shop, EMAIL)})
    answers = await asyncio.gather(
        *(c(LINK, input={"credential": {"code": code}}) for c, code in zip(clients, shown, strict=True))
    )
    codes = [[e["code"] for e in answer["identityLink"]["userErrors"]] for answer in answers]
    assert sorted(codes) == [[], ["IDENTITY_TAKEN"]]
