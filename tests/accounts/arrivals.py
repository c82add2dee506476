"""Shops where people sign in by WeChat and OpenID Connect, and what clients send there."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import httpx
from pydantic import SecretStr

from commerce.accounts.actions import identities
from commerce.accounts.models import Account
from commerce.accounts.values import EMAIL, PHONE, IdentityKind, Proof
from commerce.settings import OidcSettings, Settings
from commerce.shop import Shop
from tests.conftest import Client
from tests.oidc_fake import CLIENT_ID, CLIENT_SECRET, ISSUER, OidcFake, Person
from tests.wechat_fake import API, MINI, SECRETS, WEB, Human, WechatFake

RETURN = "https://shop.example/welcome"
SIGN_IN = """mutation($credential: CredentialInput!) { signIn(input: {credential: $credential}) {
  tokens { accessToken refreshToken } viewer { id name email phone }
  userErrors { code message field ... on IdentityTakenError { mergeToken } } } }"""
START = """mutation($provider: String!, $url: String!) { signInStart(input: {provider: $provider, returnUrl: $url}) {
  url challengeId expiresAt userErrors { code field } } }"""

LINK = """mutation($credential: CredentialInput!) { identityLink(input: {credential: $credential}) {
  identity { kind provider contact }
  userErrors { code field ... on IdentityTakenError { mergeToken } } } }"""
MERGE = """mutation($input: AccountMergeInput!) { accountMerge(input: $input) {
  tokens { accessToken refreshToken } viewer { id phone email } userErrors { code field } } }"""


def with_providers(settings: Settings, **given: Any) -> Settings:
    """The settings of a shop that all of them know."""
    return settings.model_copy(
        update={
            "wechat_mini_appid": MINI,
            "wechat_mini_secret": SecretStr(SECRETS[MINI]),
            "wechat_web_appid": WEB,
            "wechat_web_secret": SecretStr(SECRETS[WEB]),
            "oidc": {
                "example": OidcSettings(issuer=ISSUER, client_id=CLIENT_ID, client_secret=SecretStr(CLIENT_SECRET))
            },
            "allowed_origins": ("https://shop.example",),
            **given,
        }
    )


def reach(shop: Shop, wechat: WechatFake | None = None, oidc: OidcFake | None = None) -> None:
    """Have the shop find these in place of the real ones. Nothing else outside is there."""
    fakes = {API: wechat, ISSUER: oidc}
    shop.outside.mounts = {
        "all://": httpx.MockTransport(_nobody),
        **{address: httpx.ASGITransport(fake.app) for address, fake in fakes.items() if fake is not None},
    }


def _nobody(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("nobody is there", request=request)


async def sign_in(client: Client, headers: Mapping[str, str] | None = None, **credential: Any) -> dict[str, Any]:
    """The answer of a sign-in, whatever it is."""
    return (await client(SIGN_IN, dict(headers or {}), credential=credential))["signIn"]


async def by_mini(client: Client, wechat: WechatFake, human: Human, *, with_phone: bool = False) -> dict[str, Any]:
    """Somebody opens the mini-program."""
    codes = {"code": wechat.login(human)}
    if with_phone:
        codes["phoneCode"] = wechat.give_phone(human)
    return await sign_in(client, wechat=codes)


async def start(client: Client, provider: str = "example", url: str = RETURN) -> dict[str, Any]:
    """The answer of `signInStart`."""
    return (await client(START, provider=provider, url=url))["signInStart"]


async def by_page(client: Client, wechat: WechatFake, human: Human) -> dict[str, Any]:
    """Somebody comes to the shop's page within WeChat."""
    started = await start(client, "wechat_web")
    state = httpx.URL(started["url"]).params["state"]
    brought = {"challengeId": started["challengeId"], "state": state, "code": wechat.agree(human)}
    return await sign_in(client, provider=brought)


async def by_oidc(client: Client, oidc: OidcFake, person: Person, **changed: str) -> dict[str, Any]:
    """Somebody comes by the page of the provider."""
    started = await start(client)
    code, state = oidc.agree(started["url"], person)
    brought = {"challengeId": started["challengeId"], "state": state, "code": code, **changed}
    return await sign_in(client, provider=brought)


async def link(client: Client, **credential: Any) -> dict[str, Any]:
    """The answer to who has signed in and wants to add this."""
    return (await client(LINK, credential=credential))["identityLink"]


async def merge(client: Client, error: dict[str, Any]) -> dict[str, Any]:
    """Take up the offer that came with an error."""
    given = {"mergeToken": error["mergeToken"], "idempotencyKey": str(uuid4())}
    return (await client(MERGE, input=given))["accountMerge"]


def code_of(answer: dict[str, Any]) -> tuple[str, list[str]]:
    """Why somebody was not let in, and what is to blame."""
    assert not answer.get("tokens")
    [error] = answer["userErrors"]
    return error["code"], error["field"]


async def make_customer(shop: Shop, *, email: str | None = None, phone: str | None = None) -> Account:
    """Somebody who has shown an address or a phone."""
    proofs = [
        Proof(kind, provider, subject)
        for kind, provider, subject in ((IdentityKind.EMAIL, EMAIL, email), (IdentityKind.PHONE, PHONE, phone))
        if subject is not None
    ]
    async with shop.context().transaction() as session:
        account = await identities.open_account(session, proofs[0])
        for proof in proofs[1:]:
            identities.add(session, account.id, proof)
    return account
