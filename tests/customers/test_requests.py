"""People are told what is kept of them, and forgotten."""

import asyncio
import csv
import io
import json
import zipfile
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text as sql

from commerce.accounts import queries as accounts
from commerce.customers import actions, queries
from commerce.kit import ids, people
from commerce.kit.actor import Actor, ActorKind, Permission
from commerce.kit.jobs import drain
from commerce.messages import actions as messages
from commerce.messages.values import Letter, MessageKind, Recipient
from tests.accounts.documents import REFRESH, SIGN_IN, signed_in
from tests.accounts.factory import PASSWORD, make_staff
from tests.conftest import Client, ShopUnderTest, TestClock
from tests.customers.documents import ADDRESS_CREATE, GRANT
from tests.customers.factory import act_as, act_in, make_customer
from tests.shopfront import ADDRESSES, open_shop

EXPORT = """mutation($password: String) { personalDataExport(input: {password: $password}) {
  personalDataExport { id status url } userErrors { code field message }
} }"""
ME = "{ viewer { id } }"
EXPORTS = "{ viewer { customer { exports { id status url expiresAt } } } }"
ERASE = """mutation($password: String) { erasureRequest(input: {password: $password}) {
  customer { erasure { status requestedAt dueAt doneAt } } obstacles { part message } userErrors { code field }
} }"""
CANCEL = "mutation { erasureCancel { customer { erasure { status } } userErrors { code } } }"
STATE = "{ viewer { customer { erasure { status } } } erasureObstacles { part message } }"
STAFF_EXPORT = """mutation($id: ID!) { customerDataExport(input: {customerId: $id, reason: "Asked by phone"}) {
  personalDataExport { id status } userErrors { code field }
} }"""
STAFF_ERASE = """mutation($id: ID!) { customerErasureRequest(input: {customerId: $id}) {
  customer { id } obstacles { part } userErrors { code field }
} }"""
STAFF_CANCEL = """mutation($id: ID!) { customerErasureCancel(input: {customerId: $id}) {
  customer { id } userErrors { code field }
} }"""
DAYS = 7 * 24


def cid(key: UUID) -> str:
    return ids.encode("customer", key)


def path_of(url: str) -> str:
    return url.removeprefix("http://127.0.0.1:8000")


async def at_home(client: Client, shop: ShopUnderTest) -> UUID:
    """Mia, who has signed in a while ago, with an address and a consent."""
    mia = await make_customer(shop, phone="+12015550123")
    await signed_in(client, "mia@example.com")
    await client(ADDRESS_CREATE, input={"address": {**ADDRESSES["US"], "country": "US"}})
    await client(GRANT, purpose="MARKETING_EMAIL", version="1")
    return mia


async def erased(shop: ShopUnderTest, clock: TestClock, hours: float = DAYS) -> None:
    clock.advance(hours=hours)
    await drain(shop.context(), ahead=timedelta(days=30))


# ---------------------------------------------------------------------------------------------- archives


async def test_an_archive_holds_all_that_is_kept_of_somebody(shop: ShopUnderTest, client: Client) -> None:
    await open_shop(shop)
    mia = await at_home(client, shop)
    async with shop.context().transaction() as session:
        await actions.set_note(session, Actor(ActorKind.SYSTEM), mia, "=2+3 likes tea")
    asked = (await client(EXPORT))["personalDataExport"]
    assert (asked["personalDataExport"]["status"], asked["personalDataExport"]["url"]) == ("QUEUED", None)
    await drain(shop.context())
    [made] = (await client(EXPORTS))["viewer"]["customer"]["exports"]
    assert (made["status"], made["expiresAt"]) == ("READY", "2026-11-29T12:00:00Z")
    answer = await client.http.get(path_of(made["url"]))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
    assert answer.headers["cache-control"] == "no-store"
    packed = zipfile.ZipFile(io.BytesIO(answer.content))
    told = json.loads(packed.read("data.json"))
    assert set(told) == set(people.exports)
    assert told["account"]["name"] == "Mia Park"
    assert [one["subject"] for one in told["account"]["identities"]] == ["mia@example.com", "+12015550123"]
    assert told["account"]["signIns"][0]["method"] == "PASSWORD"
    assert told["customer"]["addresses"][0]["lines"] == ["1 Pier St"]
    assert told["customer"]["consents"][0]["purpose"] == "MARKETING_EMAIL"
    assert told["customer"]["note"] == "=2+3 likes tea"
    rows = list(csv.DictReader(io.StringIO(packed.read("customer-addresses.csv").decode("utf-8-sig"))))
    assert (rows[0]["city"], rows[0]["lines"]) == ("Newark", '["1 Pier St"]')


async def test_an_archive_opens_only_to_its_whole_address_and_for_a_week(
    shop: ShopUnderTest, client: Client, clock: TestClock
) -> None:
    await at_home(client, shop)
    await client(EXPORT)
    await drain(shop.context())
    url = path_of((await client(EXPORTS))["viewer"]["customer"]["exports"][0]["url"])
    bare, _, signature = url.partition("?signature=")
    for wrong in (bare, f"{bare}?signature=", f"{bare}?signature={signature[:-1]}x", f"/personal-data/x?signature={signature}", f"{bare}?signature=é"):  # fmt: skip
        assert (await client.http.get(wrong)).status_code == 404, wrong
    assert signature[:40] not in str(await shop.database.rows(queries.requests._sealed, key=UUID(bare[-32:])))
    clock.advance(days=6, hours=23)
    assert (await client.http.get(url)).status_code == 200
    clock.advance(hours=2)
    assert (await client.http.get(url)).status_code == 404
    await actions.forget_old_exports(shop.context())
    [row] = await shop.database.rows(queries.requests._sealed, key=UUID(bare[-32:]))
    assert row[0] is None
    where = sql("select ctid::text from customers_export")
    before = await shop.database.rows(where)
    await actions.forget_old_exports(shop.context())
    assert await shop.database.rows(where) == before  # what is over is not written again each hour


async def test_a_new_archive_takes_the_place_of_the_last(shop: ShopUnderTest, client: Client) -> None:
    await at_home(client, shop)
    await client(EXPORT)
    again = (await client(EXPORT))["personalDataExport"]["userErrors"]
    assert [e["code"] for e in again] == ["STATE_NOT_ALLOWED"]
    await drain(shop.context())
    url = (await client(EXPORTS))["viewer"]["customer"]["exports"][0]["url"]
    await client(EXPORT)
    await drain(shop.context())
    exports = (await client(EXPORTS))["viewer"]["customer"]["exports"]
    assert sorted((one["status"], one["url"] is None) for one in exports) == [("EXPIRED", True), ("READY", False)]
    assert (await client.http.get(path_of(url))).status_code == 404


async def test_who_signed_in_long_ago_shows_once_more_who_they_are(
    shop: ShopUnderTest, client: Client, clock: TestClock
) -> None:
    mia = await at_home(client, shop)
    clock.advance(minutes=14)
    assert (await client(ERASE))["erasureRequest"]["userErrors"] == []
    await client(CANCEL)
    refresh = (await signed_in(client, "mia@example.com"))["refreshToken"]
    clock.advance(minutes=16)
    client.token = None
    renewed = (await client(REFRESH, token=refresh))["tokenRefresh"]["tokens"]
    client.token = renewed["accessToken"]  # a fresh token, and still the sign-in of before
    assert (await client(ME))["viewer"]["id"] == cid(mia)
    for text, name in ((EXPORT, "personalDataExport"), (ERASE, "erasureRequest")):
        for password, code in ((None, "REAUTHENTICATION_REQUIRED"), ("wrong", "CREDENTIAL_REJECTED")):
            errors = (await client(text, password=password))[name]["userErrors"]
            assert [(e["code"], e["field"]) for e in errors] == [(code, ["input", "password"])]
        assert (await client(text, password=PASSWORD))[name]["userErrors"] == []


async def test_passwords_are_not_tried_out_that_way(shop: ShopUnderTest, client: Client) -> None:
    act_as(client, await make_customer(shop))
    codes = [(await client(ERASE, password=f"wrong {i}"))["erasureRequest"]["userErrors"][0]["code"] for i in range(11)]
    assert codes == ["CREDENTIAL_REJECTED"] * 10 + ["LIMIT_EXCEEDED"]


async def test_nobody_asks_in_the_place_of_a_customer_by_acting_as_them(shop: ShopUnderTest, client: Client) -> None:
    mia, ada = await make_customer(shop), await make_staff(shop)
    act_as(client, mia, behind=ada.id)
    for text in (EXPORT, ERASE, CANCEL):
        answer = await client.send(text)
        assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_staff_asks_for_a_customer_if_it_may_see_all_of_it(shop: ShopUnderTest, client: Client) -> None:
    goods = await open_shop(shop)
    web, asia = goods.channels["web"], goods.channels["asia"]
    mia = await make_customer(shop, channels=[web])
    both = (Permission.CUSTOMERS_WRITE, Permission.PERSONAL_DATA_READ)
    texts = (STAFF_EXPORT, STAFF_ERASE, STAFF_CANCEL)
    for channel, permissions, code in (
        (asia, both, "NOT_FOUND"),
        (web, [Permission.CUSTOMERS_WRITE], "STATE_NOT_ALLOWED"),
    ):
        act_in(client, channel, *permissions)
        for text in texts:
            [answer] = (await client(text, id=cid(mia))).values()
            assert answer["userErrors"] == [{"code": code, "field": ["input", "customerId"]}]
    act_in(client, web, *both)
    for text in texts:
        [answer] = (await client(text, id=cid(mia))).values()
        assert answer["userErrors"] == []
    await drain(shop.context())
    text = "query($id: ID!) { customer(id: $id) { exports { url } } }"
    [made] = (await client(text, id=cid(mia)))["customer"]["exports"]
    assert (await client.http.get(path_of(made["url"]))).status_code == 200
    act_in(client, web, *both)  # somebody else of the staff
    assert (await client(text, id=cid(mia)))["customer"]["exports"] == []


async def test_archives_of_others_are_not_found(shop: ShopUnderTest, client: Client) -> None:
    await at_home(client, shop)
    made = (await client(EXPORT))["personalDataExport"]["personalDataExport"]["id"]
    node = "query($id: ID!) { node(id: $id) { id } }"
    assert (await client(node, id=made))["node"] == {"id": made}
    act_as(client, await make_customer(shop, "ben@example.com"))
    assert (await client(node, id=made))["node"] is None
    client.act()
    assert (await client(node, id=made))["node"] is None


# --------------------------------------------------------------------------------------------- forgetting


async def test_who_asks_to_be_forgotten_is_so_after_a_week(
    shop: ShopUnderTest, client: Client, clock: TestClock
) -> None:
    await open_shop(shop)
    mia = await at_home(client, shop)
    asked = (await client(ERASE))["erasureRequest"]
    assert asked == {
        "customer": {
            "erasure": {
                "status": "REQUESTED", "requestedAt": "2026-11-22T12:00:00Z", "dueAt": "2026-11-29T12:00:00Z",
                "doneAt": None,
            }
        },
        "obstacles": [], "userErrors": [],
    }  # fmt: skip
    await erased(shop, clock, DAYS - 1)
    assert (await accounts.profiles(shop.context(), [mia]))[0].is_active  # type: ignore[union-attr]
    clock.advance(hours=2)
    await actions.erase(shop.context(), (await actions.due_erasures(shop.context()))[0])
    client.token = None
    assert (await client(SIGN_IN, email="mia@example.com", password=PASSWORD))["signIn"]["tokens"] is None
    client.act()
    text = "query($id: ID!) { customer(id: $id) { name email phone isActive erasedAt addresses { id } erasure { status } } }"
    assert (await client(text, id=cid(mia)))["customer"] == {
        "name": None, "email": None, "phone": None, "isActive": False, "erasedAt": "2026-11-29T13:00:00Z",
        "addresses": [], "erasure": {"status": "DONE"},
    }  # fmt: skip
    assert (await client("{ customers { totalCount } }"))["customers"]["totalCount"] == 0
    for mutation in ("customerActivate", "customerErasureRequest", "customerDataExport"):
        reason = ', reason: "Asked"' if mutation == "customerDataExport" else ""
        refused = await client.send(
            f'mutation {{ {mutation}(input: {{customerId: "{cid(mia)}"{reason}}}) {{ userErrors {{ code }} }} }}'
        )
        assert refused["data"][mutation]["userErrors"] == [{"code": "STATE_NOT_ALLOWED"}]


async def test_who_thinks_better_of_it_stays(shop: ShopUnderTest, client: Client, clock: TestClock) -> None:
    mia = await at_home(client, shop)
    await client(ERASE)
    assert (await client(ERASE))["erasureRequest"]["userErrors"] == [{"code": "STATE_NOT_ALLOWED", "field": ["input"]}]
    assert (await client(CANCEL))["erasureCancel"]["customer"]["erasure"] == {"status": "CANCELED"}
    assert (await client(CANCEL))["erasureCancel"]["userErrors"] == [{"code": "STATE_NOT_ALLOWED"}]
    await erased(shop, clock)
    assert (await accounts.profiles(shop.context(), [mia]))[0].name == "Mia Park"  # type: ignore[union-attr]


async def test_what_stands_in_the_way_is_told_and_waited_for(
    shop: ShopUnderTest, client: Client, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    mia, reasons = await at_home(client, shop), ["This is required."]

    async def waits(_reads: Any, person: UUID) -> str | None:
        return reasons[0] if reasons and person == mia else None

    monkeypatch.setitem(people.holds, "novelty", waits)
    assert (await client(ERASE))["erasureRequest"]["obstacles"] == [{"part": "novelty", "message": "This is required."}]
    assert (await client(STATE, {"Accept-Language": "zh-CN"}))["erasureObstacles"][0]["part"] == "novelty"
    clock.advance(hours=DAYS)
    [key] = await actions.due_erasures(shop.context())
    await actions.erase(shop.context(), key)
    assert (await accounts.profiles(shop.context(), [mia]))[0].name == "Mia Park"  # type: ignore[union-attr]
    reasons.clear()
    await actions.erase(shop.context(), key)
    assert (await accounts.profiles(shop.context(), [mia]))[0].name is None  # type: ignore[union-attr]
    assert await actions.due_erasures(shop.context()) == []


async def test_staff_is_not_forgotten_while_it_works_here(shop: ShopUnderTest, client: Client) -> None:
    await make_staff(shop)
    await signed_in(client)
    assert [one["part"] for one in (await client(ERASE))["erasureRequest"]["obstacles"]] == ["account"]


async def test_an_erasure_that_fails_in_the_middle_has_erased_nothing(
    shop: ShopUnderTest, client: Client, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    mia = await at_home(client, shop)
    await client(ERASE)

    async def breaks(_session: Any, _person: UUID) -> None:
        raise RuntimeError

    monkeypatch.setitem(people.erasures, "novelty", breaks)
    clock.advance(hours=DAYS)
    [key] = await actions.due_erasures(shop.context())
    with pytest.raises(RuntimeError):
        await actions.erase(shop.context(), key)
    [addresses] = await queries.addresses_of(shop.context(), [mia])
    assert len(addresses) == 1
    monkeypatch.delitem(people.erasures, "novelty")
    await actions.erase(shop.context(), key)
    await actions.erase(shop.context(), key)
    [addresses] = await queries.addresses_of(shop.context(), [mia])
    assert addresses == []


async def test_the_address_of_somebody_forgotten_is_free_again(
    shop: ShopUnderTest, client: Client, clock: TestClock
) -> None:
    mia = await at_home(client, shop)
    await client(ERASE)
    await erased(shop, clock)
    assert await accounts.owner_of(shop.context(), "email", "mia@example.com") is None
    assert await make_customer(shop) != mia


async def test_what_was_written_to_somebody_is_forgotten_with_them(
    shop: ShopUnderTest, client: Client, clock: TestClock
) -> None:
    await at_home(client, shop)
    async with shop.context().transaction() as session:
        for kind, to in ((MessageKind.EMAIL, "mia@example.com"), (MessageKind.PHONE, "+12015550123"), (MessageKind.EMAIL, "ben@example.com")):  # fmt: skip
            await messages.send(session, Recipient(kind, to), Letter("x", "This is required.", "Hi"), ["en"])
    await client(ERASE)
    clock.advance(hours=DAYS)
    await actions.erase(shop.context(), (await actions.due_erasures(shop.context()))[0])
    from sqlalchemy import text  # noqa: PLC0415

    rows = await shop.database.rows(text("select recipient from messages_message"))
    assert [shop.database.vault.open("contact", row[0]) for row in rows] == ["ben@example.com"]


@pytest.mark.race
async def test_a_request_that_is_made_many_times_at_once_is_one(racing_shop: ShopUnderTest) -> None:
    client = Client(racing_shop)
    await make_customer(racing_shop)
    await signed_in(client, "mia@example.com")
    answers = await asyncio.gather(*(client(ERASE) for _ in range(5)), *(client(EXPORT) for _ in range(5)))
    made = [answer for answer in answers if not next(iter(answer.values()))["userErrors"]]
    assert sorted(next(iter(answer)) for answer in made) == ["erasureRequest", "personalDataExport"]
    await client.http.aclose()


@pytest.mark.race
async def test_calling_off_and_forgetting_at_once_is_one_of_both(racing_shop: ShopUnderTest, clock: TestClock) -> None:
    client = Client(racing_shop)
    mia = await make_customer(racing_shop)
    await signed_in(client, "mia@example.com")
    await client(ERASE)
    clock.advance(hours=DAYS)
    await drain(racing_shop.context())
    [key] = await actions.due_erasures(racing_shop.context())
    client.token = None
    act_as(client, mia)
    canceled, _ = await asyncio.gather(client(CANCEL), actions.erase(racing_shop.context(), key))
    [profile] = await accounts.profiles(racing_shop.context(), [mia])
    assert profile is not None
    assert (profile.name is None) == bool(canceled["erasureCancel"]["userErrors"])
    await client.http.aclose()


@pytest.mark.race
async def test_nothing_is_kept_of_somebody_that_comes_while_they_are_forgotten(
    racing_shop: ShopUnderTest, clock: TestClock
) -> None:
    client = Client(racing_shop)
    mia = await make_customer(racing_shop)
    await signed_in(client, "mia@example.com")
    await client(ERASE)
    clock.advance(hours=DAYS)
    await drain(racing_shop.context())
    [key] = await actions.due_erasures(racing_shop.context())
    client.token = None
    act_as(client, mia)
    address = {"address": {**ADDRESSES["US"], "country": "US"}}
    name = 'mutation { customerUpdate(input: {name: "Mia"}) { userErrors { code } } }'
    await asyncio.gather(
        actions.erase(racing_shop.context(), key),
        *(client(ADDRESS_CREATE, input=address) for _ in range(4)),
        *(client(GRANT, purpose="ANALYTICS", version="1") for _ in range(2)),
        *(client(name) for _ in range(2)),
    )
    late = (await client(ADDRESS_CREATE, input=address))["customerAddressCreate"]["userErrors"]
    assert [e["code"] for e in late] == ["STATE_NOT_ALLOWED"]
    assert (await client(name))["customerUpdate"]["userErrors"] == [{"code": "STATE_NOT_ALLOWED"}]
    context = racing_shop.context()
    assert await queries.addresses_of(context, [mia]) == [[]]
    assert await queries.consents_of(context, [mia]) == [[]]
    [profile] = await accounts.profiles(context, [mia])
    assert profile is not None
    assert profile.name is None
    await client.http.aclose()
