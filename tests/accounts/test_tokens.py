"""Access tokens that are not ours, not whole, or not of now."""

import base64
import hashlib
import hmac
import json
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pydantic import SecretStr

from commerce.accounts.rules.tokens import keys_from
from commerce.accounts.values import TokenKeys
from commerce.settings import SettingsError
from tests.accounts.documents import refusal_code, signed_in
from tests.accounts.factory import make_staff
from tests.conftest import SECRET, Client, ShopUnderTest, TestClock

KEYS = keys_from(SECRET)


def part(value: Any) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def forged(header: dict[str, Any], claims: dict[str, Any], key: Ed25519PrivateKey = KEYS.private) -> str:
    """A token by hand, so that no library keeps us from nonsense."""
    body = f"{part(header)}.{part(claims)}"
    return f"{body}.{part(key.sign(body.encode()))}"


def shared(header: dict[str, Any], claims: dict[str, Any], secret: bytes) -> str:
    body = f"{part(header)}.{part(claims)}"
    return f"{body}.{part(hmac.new(secret, body.encode(), hashlib.sha256).digest())}"


@pytest.fixture
async def good(shop: ShopUnderTest, client: Client) -> str:
    await make_staff(shop)
    return (await signed_in(client))["accessToken"]


async def test_forged_tokens_are_all_refused(client: Client, good: str) -> None:
    header, claims = jwt.get_unverified_header(good), jwt.decode(good, options={"verify_signature": False})
    raw = KEYS.public.public_bytes_raw()
    pem = KEYS.public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    stranger = Ed25519PrivateKey.generate()
    own_key = {"kty": "OKP", "crv": "Ed25519", "x": part(stranger.public_key().public_bytes_raw())}
    first, second, third = good.split(".")
    tokens = {
        "none": f"{part({**header, 'alg': 'none'})}.{second}.",
        "None": f"{part({**header, 'alg': 'None'})}.{second}.{third}",
        "no signature": f"{first}.{second}.",
        "cut": good[:-2],
        "HS256 with the public key": shared({**header, "alg": "HS256"}, claims, raw),
        "HS256 with the public key in PEM": shared({**header, "alg": "HS256"}, claims, pem),
        "HS256 with the secret": shared({**header, "alg": "HS256"}, claims, SECRET.encode()),
        "another key": forged(header, claims, stranger),
        "key in the header": forged({**header, "jwk": own_key}, claims, stranger),
        "changed claims": f"{first}.{part({**claims, 'exp': claims['exp'] + 60})}.{third}",
        "foreign kid": forged({**header, "kid": "elsewhere"}, claims),
        "no kid": forged({"alg": "EdDSA", "typ": "JWT"}, claims),
        "foreign jku": forged({**header, "jku": "https://example.com/jwks.json"}, claims),
        "foreign issuer": forged(header, {**claims, "iss": "elsewhere"}),
        "no expiry": forged(header, {k: v for k, v in claims.items() if k != "exp"}),
        "odd expiry": forged(header, {**claims, "exp": "never"}),
        "odd subject": forged(header, {**claims, "sub": "account_1"}),
        "other subject": forged(header, {**claims, "sub": claims["sid"].replace("session", "account")}),
        "session is an account": forged(header, {**claims, "sid": claims["sub"]}),
        "no object": forged(header, [1]),  # type: ignore[arg-type]
    }
    outcomes = {name: await refusal_code(client, token) for name, token in tokens.items()}
    assert set(outcomes.values()) == {"UNAUTHENTICATED"}, outcomes
    assert await refusal_code(client, forged(header, claims)) == ""


async def test_public_keys_verify_what_we_sign_elsewhere(client: Client, good: str) -> None:
    answer = await client.http.get("/.well-known/jwks.json")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "public, max-age=3600")
    [key] = answer.json()["keys"]
    assert set(key) == {"kty", "crv", "use", "alg", "kid", "x"}
    assert (key["kty"], key["crv"], key["alg"], key["kid"]) == ("OKP", "Ed25519", "EdDSA", KEYS.kid)
    known = jwt.PyJWK.from_dict(key)
    claims = jwt.decode(good, known, ["EdDSA"], issuer="commerce", options={"verify_exp": False, "verify_iat": False})
    assert claims["sub"].startswith("account_")


FIRST, OLD, NEW = (
    "the first secret of these tests: 32+",
    "an old secret of these tests: 32+ .",
    "a new secret of these tests: 32+ ..",
)


@pytest.mark.parametrize(
    ("secret", "previous", "taken"),
    [
        (NEW, FIRST, ""),
        (NEW, f"{OLD}, {FIRST}", ""),
        (FIRST, NEW, ""),
        (NEW, "", "UNAUTHENTICATED"),
        (NEW, OLD, "UNAUTHENTICATED"),
    ],
)
async def test_tokens_of_a_previous_key_are_taken_until_it_is_dropped(
    shop: ShopUnderTest, client: Client, secret: str, previous: str, taken: str
) -> None:
    await make_staff(shop)
    shop.resources[TokenKeys] = keys_from(FIRST)
    good = (await signed_in(client))["accessToken"]
    changed = {"secret": SecretStr(secret), "previous_secrets": SecretStr(previous)}
    settings = shop.settings.model_copy(update=changed)
    shop.resources[TokenKeys] = keys_from(settings.signing_secret(), *settings.verifying_secrets())
    assert await refusal_code(client, good) == taken
    fresh = (await signed_in(client))["accessToken"]
    assert jwt.get_unverified_header(fresh)["kid"] == keys_from(secret).kid
    published = (await Client(shop).http.get("/.well-known/jwks.json")).json()["keys"]
    known = [secret, *(one.strip() for one in previous.split(",") if one)]
    assert [key["kid"] for key in published] == [keys_from(one).kid for one in known]


async def test_a_key_verifies_only_under_its_own_name(shop: ShopUnderTest, client: Client, good: str) -> None:
    shop.resources[TokenKeys] = keys_from(NEW, SECRET)
    header, claims = jwt.get_unverified_header(good), jwt.decode(good, options={"verify_signature": False})
    assert await refusal_code(client, forged(header, claims)) == ""
    assert await refusal_code(client, forged({**header, "kid": keys_from(NEW).kid}, claims)) == "UNAUTHENTICATED"
    for kid in (None, 1, ["x"], {}, "", "../x", "x" * 10_000):
        assert await refusal_code(client, forged({**header, "kid": kid}, claims)) == "UNAUTHENTICATED"
    for extra in ("jku", "x5u", "x5c", "jwk", "crit", "cty"):
        assert await refusal_code(client, forged({**header, extra: ["exp"]}, claims)) == "UNAUTHENTICATED"


async def test_data_that_is_sealed_by_the_signing_secret_is_read_after_it_was_changed(shop: ShopUnderTest) -> None:
    changed = {"secret": SecretStr(NEW), "previous_secrets": SecretStr(OLD)}
    assert shop.settings.model_copy(update=changed).vault_secrets() == [NEW, OLD]
    short = shop.settings.model_copy(update={"previous_secrets": SecretStr("short")})
    with pytest.raises(SettingsError):
        short.verifying_secrets()


async def test_headers_that_hold_no_bearer_token_are_refused(client: Client, good: str) -> None:
    for header in ("", "Bearer", "Bearer ", "Basic YTpi", f"Basic {good}", good, f"Bearer {good} {good}", "Bearer é"):
        answer = await client.http.post(
            "/graphql", json={"query": "{ viewer { name } }"}, headers={"Authorization": header.encode()}
        )
        assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (401, "UNAUTHENTICATED")


async def test_access_token_ends_after_a_quarter_of_an_hour(client: Client, good: str, clock: TestClock) -> None:
    clock.advance(minutes=14, seconds=59)
    assert await refusal_code(client, good) == ""
    clock.advance(seconds=1)
    assert await refusal_code(client, good) == "UNAUTHENTICATED"


def test_keys_follow_from_the_secret_alone() -> None:
    same, other = keys_from(SECRET), keys_from(SECRET + "!")
    assert (same.kid, same.private.private_bytes_raw()) == (KEYS.kid, KEYS.private.private_bytes_raw())
    assert other.kid != KEYS.kid
