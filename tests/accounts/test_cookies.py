"""Pages of the shop that keep their tokens in cookies, and pages of others that try to use them."""

import asyncio
from collections.abc import AsyncIterator
from http.cookies import SimpleCookie
from typing import Any

import httpx
import pytest

from commerce.app import app_of
from commerce.settings import Settings
from tests.accounts.documents import SESSIONS, VIEWER, link, signed_in, signed_in_by_code
from tests.accounts.factory import PASSWORD, make_staff
from tests.conftest import Client, ShopUnderTest, TestClock
from tests.live.wire import PROTOCOL, Events, Socket

STOREFRONT, STRANGER = "https://shop.example", "https://evil.example"
SIGN_IN = f"""mutation {{ signIn(input: {{
  credential: {{password: {{email: "ada@example.com", password: "{PASSWORD}"}}}}, useCookies: true
}}) {{ tokens {{ accessToken }} expiresAt viewer {{ name }} userErrors {{ code }} }} }}"""
RENEW = """mutation { tokenRefresh(input: {}) {
  tokens { accessToken } expiresAt viewer { name } userErrors { code field } } }"""


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(
        update={"allowed_origins": (STOREFRONT,), "public_url": "https://api.shop.example", "answer_cache": 64}
    )


class Browser:
    """A page in a browser, with the cookies that the shop has set."""

    def __init__(self, shop: ShopUnderTest, origin: str | None = STOREFRONT) -> None:
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(app_of(shop)), base_url="https://api.shop.example")
        self.origin = origin
        self.set: list[str] = []

    @property
    def cookies(self) -> dict[str, str]:
        return dict(self.http.cookies)

    async def ask(self, query: str, **headers: str) -> Any:
        sent = {"Origin": self.origin} if self.origin else {}
        answer = await self.http.post("/graphql", json={"query": query}, headers=sent | headers)
        self.set = answer.headers.get_list("set-cookie")
        return answer.json()


@pytest.fixture
async def browser(shop: ShopUnderTest) -> AsyncIterator[Browser]:
    await make_staff(shop)
    browser = Browser(shop)
    yield browser
    await browser.http.aclose()


async def signed(browser: Browser) -> None:
    answer = (await browser.ask(SIGN_IN))["data"]["signIn"]
    assert answer["userErrors"] == []


def code(answer: Any) -> str:
    return answer["errors"][0]["extensions"]["code"] if "errors" in answer else ""


async def test_tokens_are_kept_by_the_browser_and_told_to_no_script(browser: Browser) -> None:
    answer = (await browser.ask(SIGN_IN))["data"]["signIn"]
    assert answer == {
        "tokens": None, "expiresAt": "2026-11-22T12:15:00Z", "viewer": {"name": "Ada"}, "userErrors": [],
    }  # fmt: skip
    kept = {name: one for header in browser.set for name, one in SimpleCookie(header).items()}
    assert set(kept) == {"__Secure-commerce-access", "__Secure-commerce-refresh"}
    lives = {"__Secure-commerce-access": "900", "__Secure-commerce-refresh": str(14 * 24 * 3600)}
    for name, one in kept.items():
        assert (one["path"], one["samesite"], one["max-age"]) == ("/graphql", "Strict", lives[name])
        assert one["httponly"]
        assert one["secure"]
        assert not one["domain"]
    assert (await browser.ask(VIEWER))["data"]["viewer"] == {"name": "Ada"}


async def test_a_sign_in_without_the_wish_sets_no_cookies(browser: Browser) -> None:
    await browser.ask(SIGN_IN.replace(", useCookies: true", ""))
    assert browser.set == []


async def test_without_https_the_cookies_are_kept_all_the_same(shop: ShopUnderTest, browser: Browser) -> None:
    from commerce.kit.cookies import CookieRules  # noqa: PLC0415

    shop.resources[CookieRules] = CookieRules(frozenset({STOREFRONT}), is_secure=False)
    await browser.ask(SIGN_IN)
    assert [header.partition("=")[0] for header in browser.set] == ["commerce-access", "commerce-refresh"]
    assert not any("Secure" in header for header in browser.set)


async def test_cookies_are_renewed_by_themselves(browser: Browser, clock: TestClock) -> None:
    await signed(browser)
    before = browser.cookies
    clock.advance(minutes=16)
    assert (await browser.ask(VIEWER))["data"]["viewer"] is None
    assert code(await browser.ask(SESSIONS)) == "UNAUTHENTICATED"
    renewed = (await browser.ask(RENEW))["data"]["tokenRefresh"]
    assert (renewed["tokens"], renewed["viewer"], renewed["userErrors"]) == (None, {"name": "Ada"}, [])
    assert all(browser.cookies[name] != before[name] for name in before)
    assert (await browser.ask(VIEWER))["data"]["viewer"] == {"name": "Ada"}


async def test_two_tabs_that_renew_at_the_same_time_go_on(browser: Browser) -> None:
    await signed(browser)
    both = await asyncio.gather(browser.ask(RENEW), browser.ask(RENEW))
    assert [one["data"]["tokenRefresh"]["userErrors"] for one in both] == [[], []]
    assert (await browser.ask(RENEW))["data"]["tokenRefresh"]["userErrors"] == []


async def test_a_cookie_that_was_stolen_ends_the_family_and_the_browser_forgets_it(
    browser: Browser, shop: ShopUnderTest, clock: TestClock
) -> None:
    await signed(browser)
    thief = Browser(shop)
    thief.http.cookies.update(browser.cookies)
    await browser.ask(RENEW)
    clock.advance(minutes=2)
    rejected = [{"code": "CREDENTIAL_REJECTED", "field": ["input", "refreshToken"]}]
    assert (await thief.ask(RENEW))["data"]["tokenRefresh"]["userErrors"] == rejected
    assert (await browser.ask(VIEWER))["data"]["viewer"] is None
    assert (await browser.ask(RENEW))["data"]["tokenRefresh"]["userErrors"] == rejected
    assert all("Max-Age=0" in header for header in browser.set)
    assert len(browser.set) == 2
    assert browser.cookies == {}
    assert (await browser.ask(RENEW))["data"]["tokenRefresh"]["userErrors"][0]["code"] == "REQUIRED"
    await signed(browser)


async def test_two_cookies_of_one_name_are_none(browser: Browser) -> None:
    """A neighbor under the same domain can set one more, which may come first: nobody is to act in their account."""
    await signed(browser)
    name = "__Secure-commerce-access"
    mine = browser.cookies[name]
    browser.http.cookies.clear()
    assert (await browser.ask(VIEWER, Cookie=f"{name}={mine}"))["data"]["viewer"] == {"name": "Ada"}
    for theirs in (f"{name}=x; {name}={mine}", f"{name}={mine}; {name}=x", f"{name}={mine}; {name}={mine}"):
        assert (await browser.ask(VIEWER, Cookie=theirs))["data"]["viewer"] is None


async def test_signing_out_has_the_browser_forget_them(browser: Browser) -> None:
    await signed(browser)
    kept = browser.cookies
    answer = await browser.ask("mutation { signOut(input: {everywhere: false}) { userErrors { code } } }")
    assert answer["data"]["signOut"]["userErrors"] == []
    assert browser.cookies == {}
    browser.http.cookies.update(kept)
    assert (await browser.ask(VIEWER))["data"]["viewer"] is None


@pytest.mark.parametrize(
    "origin", [STRANGER, "null", "https://shop.example.evil.example", "http://api.shop.example", "x"]
)
async def test_pages_of_others_can_do_nothing_with_them(browser: Browser, origin: str) -> None:
    await signed(browser)
    browser.origin = origin
    assert (await browser.ask(VIEWER))["data"]["viewer"] is None
    assert code(await browser.ask("mutation { signOut { userErrors { code } } }")) == "UNAUTHENTICATED"
    assert (await browser.ask(RENEW))["data"]["tokenRefresh"]["userErrors"][0]["code"] == "REQUIRED"
    assert code(await browser.ask(SIGN_IN)) == "FORBIDDEN"
    assert browser.set == []
    browser.origin = STOREFRONT
    assert (await browser.ask(VIEWER))["data"]["viewer"] == {"name": "Ada"}


async def test_a_request_from_another_site_without_an_origin_is_a_guests(browser: Browser) -> None:
    await signed(browser)
    browser.origin = None
    assert (await browser.ask(VIEWER))["data"]["viewer"] == {"name": "Ada"}
    assert (await browser.ask(VIEWER, **{"Sec-Fetch-Site": "cross-site"}))["data"]["viewer"] is None


async def test_forms_and_addresses_change_nothing(browser: Browser) -> None:
    await signed(browser)
    query = "mutation { signOut { userErrors { code } } }"
    kinds = ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x")
    for kind in kinds:
        answer = await browser.http.post(
            "/graphql", content=f'{{"query": "{query}"}}', headers={"content-type": kind, "origin": STOREFRONT}
        )
        assert answer.status_code == 415
    answer = await browser.http.get("/graphql", params={"query": query})
    assert answer.status_code == 405
    assert (await browser.ask(VIEWER))["data"]["viewer"] == {"name": "Ada"}


async def test_a_token_in_the_header_always_wins(browser: Browser, client: Client, shop: ShopUnderTest) -> None:
    await make_staff(shop, "bob@example.com", name="Bob")
    await signed(browser)
    bobs = (await signed_in(client, "bob@example.com"))["accessToken"]
    assert (await browser.ask(VIEWER, Authorization=f"Bearer {bobs}"))["data"]["viewer"] == {"name": "Bob"}
    assert code(await browser.ask(VIEWER, Authorization="Bearer nonsense")) == "UNAUTHENTICATED"


async def test_answers_to_those_with_cookies_are_kept_for_nobody(browser: Browser, shop: ShopUnderTest) -> None:
    guest = Browser(shop)
    public = "{ countries { code } }"
    await guest.ask(public)
    await signed(browser)
    kept = await browser.http.post("/graphql", json={"query": public}, headers={"origin": STOREFRONT})
    assert (kept.headers["cache-control"], kept.headers["cache-status"]) == ("private, no-store", "answers; fwd=bypass")
    assert "Cookie" in kept.headers["vary"]
    got = await browser.http.get("/graphql", params={"query": VIEWER}, headers={"origin": STOREFRONT})
    assert (got.json()["data"]["viewer"], got.headers["cache-control"]) == ({"name": "Ada"}, "private, no-store")
    got = await guest.http.get("/graphql", params={"query": VIEWER})
    assert got.json()["data"]["viewer"] is None


async def test_only_named_origins_may_send_credentials(browser: Browser, shop: ShopUnderTest) -> None:
    await signed(browser)
    answer = await browser.http.post("/graphql", json={"query": VIEWER}, headers={"origin": STOREFRONT})
    assert answer.headers["access-control-allow-origin"] == STOREFRONT
    assert answer.headers["access-control-allow-credentials"] == "true"
    answer = await browser.http.post("/graphql", json={"query": VIEWER}, headers={"origin": STRANGER})
    assert "access-control-allow-origin" not in answer.headers


async def test_any_origin_never_comes_with_credentials(shop: ShopUnderTest, browser: Browser) -> None:
    shop.settings = shop.settings.model_copy(update={"allowed_origins": ()})
    assert shop.settings.origins == ("*",)
    anyone = Browser(shop)
    anyone.http.cookies.set("__Secure-commerce-access", "x")
    answer = await anyone.http.post("/graphql", json={"query": VIEWER}, headers={"origin": STRANGER})
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in answer.headers


async def test_sockets_and_streams_come_with_the_cookies_of_pages_of_ours(
    browser: Browser, shop: ShopUnderTest
) -> None:
    await signed(browser)
    cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    app = app_of(shop)
    socket = await Socket.open(app, cookie=cookie, origin=STOREFRONT)
    socket.subscribe("1", VIEWER)
    assert (await socket.hear())["payload"]["data"]["viewer"] == {"name": "Ada"}
    assert (await socket.hear())["type"] == "complete"
    socket.subscribe("2", SIGN_IN)
    assert code((await socket.hear())["payload"]) == "BAD_USER_INPUT"
    await socket.leave()
    events = Events(app, VIEWER, cookie=cookie, origin=STOREFRONT)
    await events.head()
    assert (await events.hear())["data"]["viewer"] == {"name": "Ada"}
    await Events.cut()
    foreign = Socket(app, PROTOCOL, cookie=cookie, origin=STRANGER)
    assert (await foreign.next())["type"] in ("websocket.close", "websocket.http.response.start")
    await Socket.cut()


async def test_accounts_that_are_merged_by_a_page_go_on_with_its_cookies(
    browser: Browser, shop: ShopUnderTest, client: Client, clock: TestClock
) -> None:
    await signed_in_by_code(client, phone="+8613812345678")
    clock.advance(minutes=2)
    await signed_in_by_code(client, email="eve@example.com")
    [error] = (await link(client, phone="+8613812345678"))["userErrors"]
    browser.http.cookies.set("__Secure-commerce-access", str(client.token), domain="api.shop.example", path="/graphql")
    merged = await browser.ask(
        f'mutation {{ accountMerge(input: {{mergeToken: "{error["mergeToken"]}", idempotencyKey: "1"}}) {{'
        " tokens { accessToken } viewer { phone email } userErrors { code } } }"
    )
    answer = merged["data"]["accountMerge"]
    assert (answer["tokens"], answer["userErrors"]) == (None, [])
    assert answer["viewer"] == {"phone": "+8613812345678", "email": "eve@example.com"}
    assert len(browser.set) == 2
