"""People who come by a provider of OpenID Connect."""

import asyncio
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet
from pydantic import SecretStr

from commerce.kit.ids import decode
from commerce.settings import OidcSettings, Settings
from tests.accounts.arrivals import RETURN, by_oidc, code_of, link, make_customer, reach, sign_in, start, with_providers
from tests.accounts.documents import signed_in
from tests.accounts.factory import make_staff
from tests.conftest import Client, ShopUnderTest, TestClock
from tests.oidc_fake import (
    CLIENT_ID,
    CLIENT_SECRET,
    ISSUER,
    OidcFake,
    Person,
    signed_by_stranger,
    signed_with_public_key,
    unsigned,
)

FIELD = ["input", "credential", "provider"]
CODE = [*FIELD, "code"]
MEI = Person("sub-1", email="Mei@Example.com", name="Mei Lin")


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return with_providers(settings)


@pytest.fixture
def oidc(shop: ShopUnderTest, clock: TestClock) -> OidcFake:
    fake = OidcFake(clock)
    reach(shop, oidc=fake)
    return fake


async def test_first_visit_opens_an_account_with_name_and_verified_address(client: Client, oidc: OidcFake) -> None:
    first = await by_oidc(client, oidc, MEI)
    assert first["userErrors"] == []
    assert (first["viewer"]["name"], first["viewer"]["email"]) == ("Mei Lin", "mei@example.com")
    moved = Person("sub-1", email="other@example.com", name="Mei Chen")
    assert (await by_oidc(client, oidc, moved))["viewer"] == first["viewer"]


@pytest.mark.parametrize("is_verified", [False, None, "false", "yes", 1])
async def test_address_that_is_not_verified_is_not_taken_over(client: Client, oidc: OidcFake, is_verified: Any) -> None:
    person = Person("sub-1", email="mei@example.com", is_verified=is_verified)
    assert (await by_oidc(client, oidc, person))["viewer"]["email"] is None
    rightful = await by_oidc(client, oidc, Person("sub-2", email="mei@example.com", is_verified="true"))
    assert rightful["viewer"]["email"] == "mei@example.com"


@pytest.mark.parametrize("spelled", ["ｍei@example.com", "\u212ay@example.com", "mei@example.com\u2024cn"])
async def test_address_that_we_spell_otherwise_was_not_the_one_that_was_verified(
    client: Client, oidc: OidcFake, spelled: str
) -> None:
    """To who serves the mailboxes these may be two."""
    answer = await by_oidc(client, oidc, Person("sub-1", email=spelled))
    assert (answer["userErrors"], answer["viewer"]["email"]) == ([], None)
    capital = await by_oidc(client, oidc, Person("sub-2", email="Mei@Example.com"))
    assert capital["viewer"]["email"] == "mei@example.com"


async def test_address_that_somebody_owns_stays_theirs(shop: ShopUnderTest, client: Client, oidc: OidcFake) -> None:
    owner = await make_customer(shop, email="mei@example.com")
    answer = await by_oidc(client, oidc, MEI)
    assert answer["viewer"]["email"] is None
    assert decode("customer", answer["viewer"]["id"]) != owner.id


async def test_address_that_is_told_only_when_asked_for_is_taken_over(client: Client, oidc: OidcFake) -> None:
    oidc.tells_at_userinfo = True
    answer = await by_oidc(client, oidc, MEI)
    assert (answer["viewer"]["name"], answer["viewer"]["email"]) == ("Mei Lin", "mei@example.com")
    other = Person("sub-9", email="nine@example.com")
    oidc.granted = {}

    async def says_of_another(what: str) -> None:
        if what == "userinfo":
            for granted in oidc.granted.values():
                granted.person = Person("somebody-else", email="victim@example.com")

    oidc.outage = says_of_another
    assert (await by_oidc(client, oidc, other))["viewer"]["email"] is None


async def test_page_is_asked_for_with_pkce_state_and_nonce_that_are_new_each_time(
    client: Client, oidc: OidcFake
) -> None:
    seen = []
    for _ in range(2):
        started = await start(client)
        code, _ = oidc.agree(started["url"], MEI)
        seen.append(oidc.granted[code].asked)
        assert started["expiresAt"] == "2026-11-22T12:10:00Z"
    assert {one["redirect_uri"] for one in seen} == {RETURN}
    assert {one["scope"] for one in seen} == {"openid email profile"}
    for name in ("state", "nonce", "code_challenge"):
        assert len({one[name] for one in seen}) == 2
        assert min(len(one[name]) for one in seen) >= 43


# What comes back


async def test_state_challenge_and_code_belong_together(client: Client, oidc: OidcFake) -> None:
    mine, other = await start(client), await start(client)
    code, state = oidc.agree(mine["url"], MEI)
    other_code, other_state = oidc.agree(other["url"], MEI)
    wrong = await sign_in(client, provider={"challengeId": mine["challengeId"], "state": other_state, "code": code})
    assert code_of(wrong) == ("CREDENTIAL_REJECTED", FIELD)
    used = await sign_in(client, provider={"challengeId": mine["challengeId"], "state": state, "code": code})
    assert code_of(used) == ("CREDENTIAL_REJECTED", FIELD), "the challenge was used up by the wrong state"
    swapped = await sign_in(client, provider={"challengeId": other["challengeId"], "state": other_state, "code": code})
    assert code_of(swapped) == ("CREDENTIAL_REJECTED", CODE), "the code is good only with its own verifier"
    for nonsense in ("nonsense", mine["challengeId"].replace("challenge_", "order_"), ""):
        answer = await sign_in(client, provider={"challengeId": nonsense, "state": state, "code": other_code})
        assert code_of(answer) == ("CREDENTIAL_REJECTED", FIELD)


async def test_coming_back_twice_or_too_late_is_refused(client: Client, oidc: OidcFake, clock: TestClock) -> None:
    started = await start(client)
    code, state = oidc.agree(started["url"], MEI)
    brought = {"challengeId": started["challengeId"], "state": state, "code": code}
    assert (await sign_in(client, provider=brought))["userErrors"] == []
    assert code_of(await sign_in(client, provider=brought)) == ("CREDENTIAL_REJECTED", FIELD)
    started = await start(client)
    code, state = oidc.agree(started["url"], MEI)
    clock.advance(minutes=10)
    brought = {"challengeId": started["challengeId"], "state": state, "code": code}
    assert code_of(await sign_in(client, provider=brought)) == ("CREDENTIAL_REJECTED", FIELD)


async def test_who_has_signed_in_cannot_sign_somebody_in_by_what_they_started(
    shop: ShopUnderTest, client: Client, oidc: OidcFake
) -> None:
    await make_staff(shop)
    await signed_in(client)
    started = await start(client)
    code, state = oidc.agree(started["url"], MEI)
    client.token = None
    answer = await sign_in(client, provider={"challengeId": started["challengeId"], "state": state, "code": code})
    assert code_of(answer) == ("CREDENTIAL_REJECTED", FIELD)


async def test_who_has_signed_in_links_what_they_started_themselves(
    shop: ShopUnderTest, client: Client, oidc: OidcFake
) -> None:
    mine = await by_oidc(client, oidc, MEI)
    other = await by_oidc(client, oidc, Person("sub-2"))
    by_guest = await start(client)
    client.token = mine["tokens"]["accessToken"]
    by_me = await start(client)
    work = Person("work-1", email="mei@work.example", name="M. Lin")
    for started, token in ((by_guest, mine), (by_me, other)):
        client.token = token["tokens"]["accessToken"]
        code, state = oidc.agree(started["url"], work)
        answer = await link(client, provider={"challengeId": started["challengeId"], "state": state, "code": code})
        assert code_of(answer) == ("CREDENTIAL_REJECTED", FIELD)
    client.token = mine["tokens"]["accessToken"]
    started = await start(client)
    code, state = oidc.agree(started["url"], work)
    linked = await link(client, provider={"challengeId": started["challengeId"], "state": state, "code": code})
    assert linked["identity"] == {"kind": "OIDC", "provider": "oidc:example", "contact": None}
    client.token = None
    again = await by_oidc(client, oidc, work)
    assert again["viewer"] == mine["viewer"], "name and first address stay"
    taken = await by_oidc(client, oidc, Person("sub-3", email="mei@work.example"))
    assert taken["viewer"]["email"] is None, "the address came along"


# Tokens

HOUR = 3600
NOW = 1795348800  # 2026-11-22T12:00:00Z


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://evil.example"},
        {"iss": None},
        {"aud": "another-client"},
        {"aud": None},
        {"aud": [CLIENT_ID, "another-client"]},
        {"aud": [CLIENT_ID, "another-client"], "azp": "another-client"},
        {"azp": "another-client"},
        {"exp": NOW - HOUR},
        {"exp": None},
        {"exp": "soon"},
        {"iat": NOW + HOUR},
        {"iat": None},
        {"nbf": NOW + HOUR},
        {"nonce": "another"},
        {"nonce": None},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"sub": "a\0b"},
        {"at_hash": "AAAA"},
    ],
)
async def test_tokens_that_say_something_else_prove_nothing(
    client: Client, oidc: OidcFake, claims: dict[str, Any], logs: list[Any]
) -> None:
    oidc.claims = claims
    assert code_of(await by_oidc(client, oidc, MEI)) == ("CREDENTIAL_REJECTED", CODE)
    printed = str(logs)
    assert "identity token refused" in printed
    assert "example.com" not in printed.lower().replace("id.example.com", "")


@pytest.mark.parametrize("sign", [unsigned, signed_with_public_key, signed_by_stranger])
async def test_tokens_that_the_provider_did_not_sign_prove_nothing(client: Client, oidc: OidcFake, sign: Any) -> None:
    oidc.sign = sign
    assert code_of(await by_oidc(client, oidc, MEI)) == ("CREDENTIAL_REJECTED", CODE)


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "e30.e30.e30", "W10.e30.", "." * 30_000])
async def test_what_is_no_token_proves_nothing(client: Client, oidc: OidcFake, token: str) -> None:
    oidc.sign = lambda *_: token
    assert code_of(await by_oidc(client, oidc, MEI)) == ("CREDENTIAL_REJECTED", CODE)


async def test_keys_that_a_token_brings_along_are_not_its_providers(client: Client, oidc: OidcFake) -> None:
    own = ECKey.generate_key("P-256", {"kid": "mine"})

    def sign(header: dict[str, Any], claims: dict[str, Any], _key: Any) -> str:
        brought = {"alg": "ES256", "kid": "mine", "jwk": own.as_dict(private=False), "jku": "https://evil.example/keys"}
        return jwt.encode({**header, **brought}, claims, own)

    oidc.sign = sign
    assert code_of(await by_oidc(client, oidc, MEI)) == ("CREDENTIAL_REJECTED", CODE)


# Keys


async def test_keys_are_remembered_and_looked_up_anew_for_one_that_is_unknown(
    client: Client, oidc: OidcFake, clock: TestClock
) -> None:
    for _ in range(3):
        assert (await by_oidc(client, oidc, MEI))["tokens"]
    assert (oidc.asked.count("keys"), oidc.asked.count("configuration")) == (1, 1)
    clock.advance(seconds=61)
    oidc.rotate("second")
    assert (await by_oidc(client, oidc, MEI))["tokens"]
    assert oidc.asked.count("keys") == 2
    oidc.header = {"kid": "of-nobody"}
    for _ in range(5):
        assert code_of(await by_oidc(client, oidc, MEI)) == ("CREDENTIAL_REJECTED", CODE)
    assert oidc.asked.count("keys") == 2, "tokens with made-up keys make us ask once a minute at most"
    oidc.header = {}
    oidc.rotate("third", kind="RSA")
    clock.advance(hours=1)
    assert (await by_oidc(client, oidc, MEI))["tokens"]
    assert (oidc.asked.count("keys"), oidc.asked.count("configuration")) == (3, 2)


async def test_token_without_the_name_of_its_key_is_tried_with_all(client: Client, oidc: OidcFake) -> None:
    oidc.header = {"kid": None}
    oidc.sign = lambda header, claims, key: jwt.encode(
        {name: value for name, value in header.items() if value is not None}, claims, key
    )
    assert (await by_oidc(client, oidc, MEI))["tokens"]


# The provider


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://evil.example"},
        {"jwks_uri": "http://id.example.com/keys"},
        {"token_endpoint": None},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"authorization_endpoint": "https://[::1"},
        {"userinfo_endpoint": "https://[::1", "jwks_uri": 5},
    ],
)
async def test_metadata_of_another_or_without_safe_addresses_is_not_used(
    client: Client, oidc: OidcFake, metadata: dict[str, Any]
) -> None:
    oidc.metadata = metadata
    started = await start(client)
    assert started["userErrors"] == [{"code": "UNAVAILABLE", "field": ["input", "provider"]}]
    assert (started["url"], started["challengeId"]) == (None, None)
    oidc.metadata = {}
    assert (await by_oidc(client, oidc, MEI))["tokens"], "what went wrong is not remembered"


async def test_those_who_wait_for_a_provider_that_does_not_answer_wait_once(
    client: Client, oidc: OidcFake, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One after the other they would fill the room that the shop has for all requests."""
    monkeypatch.setattr("commerce.kit.outside.PATIENCE", 0.2)
    asked = []

    async def never(what: str) -> None:
        asked.append(what)
        await asyncio.sleep(5)

    oidc.outage = never
    answers = await asyncio.gather(*(start(client) for _ in range(6)))
    assert {answer["userErrors"][0]["code"] for answer in answers} == {"UNAVAILABLE"}
    assert len(asked) == 1
    oidc.outage = None
    monkeypatch.undo()
    assert (await by_oidc(client, oidc, MEI))["tokens"]


@pytest.mark.parametrize("ways", [None, 5, "x"])
async def test_metadata_that_says_nonsense_of_how_we_are_known_is_read_as_if_it_said_nothing(
    client: Client, oidc: OidcFake, ways: Any
) -> None:
    oidc.metadata = {"token_endpoint_auth_methods_supported": ways}
    assert (await by_oidc(client, oidc, MEI))["tokens"]


@pytest.mark.parametrize("keys", [None, 5, {}, [None, 5, "x"]])
async def test_keys_that_are_none_verify_nothing(
    client: Client, oidc: OidcFake, monkeypatch: pytest.MonkeyPatch, keys: Any
) -> None:
    started = await start(client)
    code, state = oidc.agree(started["url"], MEI)
    monkeypatch.setattr(KeySet, "as_dict", lambda *_args, **_named: {"keys": keys})
    answer = await sign_in(client, provider={"challengeId": started["challengeId"], "state": state, "code": code})
    assert code_of(answer) == ("CREDENTIAL_REJECTED", CODE)


async def test_provider_that_does_not_answer_is_an_outage(
    client: Client, oidc: OidcFake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("commerce.kit.outside.PATIENCE", 0.05)
    started = await start(client)
    code, state = oidc.agree(started["url"], MEI)

    async def never(_what: str) -> None:
        await asyncio.sleep(5)

    oidc.outage = never
    answer = await sign_in(client, provider={"challengeId": started["challengeId"], "state": state, "code": code})
    assert code_of(answer) == ("UNAVAILABLE", CODE)
    assert answer["userErrors"][0]["message"] == "Example does not answer. Start again, with a new code."


async def test_shop_that_the_provider_does_not_know_is_an_outage_that_is_logged(
    shop: ShopUnderTest, settings: Settings, clock: TestClock, logs: list[Any]
) -> None:
    wrong = OidcSettings(issuer=ISSUER, client_id=CLIENT_ID, client_secret=SecretStr("another"))
    other = ShopUnderTest(settings.model_copy(update={"oidc": {"example": wrong}}), shop.database, None, clock)
    fake = OidcFake(clock)
    reach(other, oidc=fake)
    assert code_of(await by_oidc(Client(other), fake, MEI)) == ("UNAVAILABLE", CODE)
    assert "invalid_client" in str(logs)


@pytest.mark.parametrize("ways", [["client_secret_post"], ["client_secret_basic", "client_secret_post"], None])
async def test_secret_is_sent_in_the_way_that_the_provider_takes(
    client: Client, oidc: OidcFake, ways: list[str] | None
) -> None:
    oidc.metadata = {"token_endpoint_auth_methods_supported": ways} if ways else {}
    assert (await by_oidc(client, oidc, MEI))["tokens"]


async def test_apple_is_shown_a_secret_that_is_signed_for_it(
    shop: ShopUnderTest, settings: Settings, clock: TestClock
) -> None:
    key = ECKey.generate_key("P-256")
    apple = OidcSettings(
        issuer=ISSUER,
        client_id=CLIENT_ID,
        client_key=SecretStr(key.as_pem(private=True).decode()),
        key_id="ABC123",
        team="TEAM9",
        parameters={"response_mode": "form_post"},
    )
    other = ShopUnderTest(settings.model_copy(update={"oidc": {"example": apple}}), shop.database, None, clock)
    fake = OidcFake(clock)
    reach(other, oidc=fake)
    seen: list[str] = []

    def client_of(_request: Any, form: dict[str, str]) -> tuple[str, str]:
        seen.append(form["client_secret"])
        return CLIENT_ID, CLIENT_SECRET

    fake._client_of = client_of  # type: ignore[method-assign]
    assert (await by_oidc(Client(other), fake, MEI))["tokens"]
    token = jwt.decode(seen[0], key, algorithms=["ES256"])
    assert token.header == {"alg": "ES256", "kid": "ABC123"}
    assert token.claims == {"iss": "TEAM9", "iat": NOW, "exp": NOW + 300, "aud": ISSUER, "sub": CLIENT_ID}
    [asked] = {one.asked["response_mode"] for one in fake.granted.values()}
    assert asked == "form_post"


# The way back


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/",
        "https://shop.example.evil.example/",
        "https://shop.example@evil.example/",
        "https://evil.example\\@shop.example/",
        "https://shop.example:444/",
        "http://shop.example/",
        "//shop.example/",
        "/welcome",
        "javascript:alert(1)",
        "https://shop.example/#part",
        "https://shop.example/ ",
        "https://shop.example/\n",
        "https://shоp.example/",
        "https://[shop.example/",
        "https://shop.example:x/",
        "",
        "https://shop.example/" + "x" * 2000,
    ],
)
async def test_nobody_is_sent_back_to_a_place_that_is_not_ours(client: Client, oidc: OidcFake, url: str) -> None:
    assert (await start(client, url=url))["userErrors"] == [{"code": "INVALID", "field": ["input", "returnUrl"]}]
    assert oidc.asked == []


@pytest.mark.parametrize(
    "url", ["https://shop.example", "https://SHOP.example:443/a?b=c", "http://127.0.0.1:8000/welcome"]
)
async def test_people_are_sent_back_to_pages_of_the_shop(client: Client, oidc: OidcFake, url: str) -> None:
    assert (await start(client, url=url))["userErrors"] == []
