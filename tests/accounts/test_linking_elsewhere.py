"""Accounts elsewhere that are added to an account of ours, and those that turn out to belong to another."""

import pytest

from commerce.settings import Settings
from tests.accounts.arrivals import by_mini, make_customer, reach, with_providers
from tests.accounts.documents import IDENTITIES, LINK, merge, signed_in_by_code
from tests.conftest import Client, ShopUnderTest, TestClock
from tests.wechat_fake import Human, WechatFake

PHONE = "+8613812345678"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return with_providers(settings)


@pytest.fixture
def wechat(shop: ShopUnderTest) -> WechatFake:
    fake = WechatFake()
    reach(shop, fake)
    return fake


async def test_wechat_is_added_to_an_account_and_signs_in_to_it(
    shop: ShopUnderTest, client: Client, wechat: WechatFake
) -> None:
    mine = await signed_in_by_code(client, email="eve@example.com")
    human = Human("u")
    credential = {"wechat": {"code": wechat.login(human)}}
    linked = (await client(LINK, input={"credential": credential}))["identityLink"]
    assert linked["userErrors"] == []
    assert (linked["identity"]["kind"], linked["identity"]["contact"]) == ("WECHAT", None)
    own = (await client(IDENTITIES))["viewer"]["identities"]
    assert [one["kind"] for one in own] == ["EMAIL", "WECHAT"]
    client.token = None
    assert (await by_mini(client, wechat, human))["viewer"]["id"] == mine["viewer"]["id"]


async def test_wechat_of_another_account_is_refused_with_an_offer(
    shop: ShopUnderTest, client: Client, wechat: WechatFake, clock: TestClock
) -> None:
    human = Human("u")
    older = await by_mini(client, wechat, human)
    clock.advance(minutes=1)
    await signed_in_by_code(client, email="eve@example.com")
    credential = {"wechat": {"code": wechat.login(human)}}
    [error] = (await client(LINK, input={"credential": credential}))["identityLink"]["userErrors"]
    assert error["code"] == "IDENTITY_TAKEN"
    merged = await merge(client, error["mergeToken"])
    assert (merged["viewer"]["id"], merged["viewer"]["email"]) == (older["viewer"]["id"], "eve@example.com")


async def test_a_guest_who_has_shown_to_be_both_merges_them(
    shop: ShopUnderTest, client: Client, wechat: WechatFake, clock: TestClock
) -> None:
    await make_customer(shop, phone=PHONE)
    clock.advance(minutes=1)
    human = Human("u")
    await by_mini(client, wechat, human)
    [error] = (await by_mini(client, wechat, human, with_phone=True))["userErrors"]
    client.token = None
    merged = await merge(client, error["mergeToken"])
    assert (merged["userErrors"], merged["viewer"]["phone"]) == ([], PHONE)
    assert (await by_mini(client, wechat, human))["viewer"]["id"] == merged["viewer"]["id"]
