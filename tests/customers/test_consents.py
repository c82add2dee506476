"""What customers allow."""

import asyncio
from datetime import timedelta

import pytest

from commerce.customers import queries
from commerce.customers.models import Consent
from commerce.customers.values import ConsentPurpose
from commerce.kit.actor import Actor, ActorKind
from tests.accounts.factory import make_staff
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


async def test_staff_in_the_place_of_a_customer_withdraws_and_never_consents(
    shop: ShopUnderTest, client: Client
) -> None:
    mia = await make_customer(shop)
    act_as(client, mia)
    await client(GRANT, purpose="ANALYTICS", version="1")
    client.shop.acting = Actor(ActorKind.CUSTOMER, mia, behind=(await make_staff(shop)).id)
    refused = await client.send(GRANT, purpose="MARKETING_EMAIL", version="1")
    assert refused["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert (await client(WITHDRAW, purpose="ANALYTICS"))["consentWithdraw"]["userErrors"] == []
    assert not await queries.allows(shop.context(), mia, "ANALYTICS")
    assert not await queries.allows(shop.context(), mia, "MARKETING_EMAIL")


@pytest.mark.race
async def test_a_consent_that_is_given_many_times_at_once_is_one(racing_shop: ShopUnderTest) -> None:
    client, mia = Client(racing_shop), await make_customer(racing_shop)
    act_as(client, mia)
    await asyncio.gather(*(client(GRANT, purpose="ANALYTICS", version="1") for _ in range(6)))
    [ledger] = await queries.consents_of(racing_shop.context(), [mia])
    assert [row.withdrawn_at for row in ledger] == [None]
    await client.http.aclose()


async def test_a_long_ledger_is_shown_in_part_and_what_holds_always(
    shop: ShopUnderTest, client: Client, clock: TestClock
) -> None:
    mia = await make_customer(shop)
    act_as(client, mia)
    await client(GRANT, purpose="ANALYTICS", version="1")
    async with shop.context().transaction() as session:
        session.add_all(
            Consent(
                customer_id=mia, purpose=ConsentPurpose.PERSONALIZATION, policy_version=str(k), proof={},
                granted_at=session.now() + timedelta(minutes=k), withdrawn_at=session.now() + timedelta(minutes=k + 1),
            )
            for k in range(1, 121)
        )  # fmt: skip
    clock.advance(minutes=200)
    shown = (await client(WITHDRAW, purpose="MARKETING_EMAIL"))["consentWithdraw"]["customer"]["consents"]
    assert [one["policyVersion"] for one in shown] == ["1", *map(str, range(22, 121))]
    assert (shown[0]["purpose"], shown[0]["withdrawnAt"]) == ("ANALYTICS", None)
    [kept] = await queries.consents_of(shop.context(), [mia])
    assert len(kept) == 121
