"""What customers allow."""

import asyncio

import pytest

from commerce.customers import queries
from tests.conftest import Client, ShopUnderTest, TestClock
from tests.customers.documents import GRANT, WITHDRAW
from tests.customers.factory import act_as, make_customer


async def test_a_consent_is_given_renewed_and_withdrawn(shop: ShopUnderTest, client: Client, clock: TestClock) -> None:
    mia = await make_customer(shop)
    act_as(client, mia)
    assert not await queries.allows(shop.context(), mia, "MARKETING_EMAIL")
    for version in ("2026-01", "2026-01", "2026-11"):
        answer = (await client(GRANT, {"X-Client": "web 1.2"}, purpose="MARKETING_EMAIL", version=version))[
            "consentGrant"
        ]
        clock.advance(minutes=1)
    assert answer["customer"]["consents"] == [
        {
            "purpose": "MARKETING_EMAIL", "policyVersion": "2026-01", "grantedAt": "2026-11-22T12:00:00Z",
            "withdrawnAt": "2026-11-22T12:02:00Z", "client": "web 1.2",
        },
        {
            "purpose": "MARKETING_EMAIL", "policyVersion": "2026-11", "grantedAt": "2026-11-22T12:02:00Z",
            "withdrawnAt": None, "client": "web 1.2",
        },
    ]  # fmt: skip
    assert await queries.allows(shop.context(), mia, "MARKETING_EMAIL")
    assert not await queries.allows(shop.context(), mia, "MARKETING_PHONE")
    for _ in range(2):
        ledger = (await client(WITHDRAW, purpose="MARKETING_EMAIL"))["consentWithdraw"]["customer"]["consents"]
    assert [row["withdrawnAt"] for row in ledger] == ["2026-11-22T12:02:00Z", "2026-11-22T12:03:00Z"]
    assert not await queries.allows(shop.context(), mia, "MARKETING_EMAIL")


async def test_a_consent_names_the_policy(shop: ShopUnderTest, client: Client) -> None:
    act_as(client, await make_customer(shop))
    for version, code in ((" ", "REQUIRED"), ("x" * 41, "INVALID"), ("a\nb", "INVALID")):
        refused = (await client(GRANT, purpose="ANALYTICS", version=version))["consentGrant"]
        assert refused == {"customer": None, "userErrors": [{"code": code, "field": ["input", "policyVersion"]}]}


@pytest.mark.race
async def test_a_consent_that_is_given_many_times_at_once_is_one(racing_shop: ShopUnderTest) -> None:
    client, mia = Client(racing_shop), await make_customer(racing_shop)
    act_as(client, mia)
    await asyncio.gather(*(client(GRANT, purpose="ANALYTICS", version="1") for _ in range(6)))
    [ledger] = await queries.consents_of(racing_shop.context(), [mia])
    assert [row.withdrawn_at for row in ledger] == [None]
    await client.http.aclose()
