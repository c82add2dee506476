"""People who come by several ways at the same instant."""

import asyncio

import pytest
from sqlalchemy import func, select

from commerce.accounts.models import Account, Identity
from commerce.settings import Settings
from tests.accounts.arrivals import by_mini, by_oidc, by_page, link, make_customer, reach, with_providers
from tests.conftest import Client, ShopUnderTest, TestClock
from tests.oidc_fake import OidcFake, Person
from tests.wechat_fake import Human, WechatFake

pytestmark = pytest.mark.race


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return with_providers(settings)


async def test_ten_sign_ins_of_one_new_person_open_one_account(racing_shop: ShopUnderTest) -> None:
    wechat, human = WechatFake(), Human("union-1")
    reach(racing_shop, wechat)
    clients = [Client(racing_shop) for _ in range(10)]
    answers = await asyncio.gather(
        *(by_mini(one, wechat, human) if i % 2 else by_page(one, wechat, human) for i, one in enumerate(clients))
    )
    assert {len(answer["userErrors"]) for answer in answers} == {0}
    assert len({answer["viewer"]["id"] for answer in answers}) == 1
    assert await _counted(racing_shop) == (1, 2)


async def test_new_people_with_one_phone_are_one_account(racing_shop: ShopUnderTest) -> None:
    wechat = WechatFake()
    reach(racing_shop, wechat)
    people = [Human(None, phone=("86", "13812345678")) for _ in range(8)]
    answers = await asyncio.gather(*(by_mini(Client(racing_shop), wechat, human, with_phone=True) for human in people))
    assert len({answer["viewer"]["id"] for answer in answers}) == 1
    assert await _counted(racing_shop) == (1, 9)


async def test_owner_of_a_phone_is_joined_by_all_at_once(racing_shop: ShopUnderTest) -> None:
    owner = await make_customer(racing_shop, phone="+8613812345678")
    wechat, human = WechatFake(), Human("union-1")
    reach(racing_shop, wechat)
    answers = await asyncio.gather(*(by_mini(Client(racing_shop), wechat, human, with_phone=True) for _ in range(8)))
    assert {answer["viewer"]["phone"] for answer in answers} == {"+8613812345678"}
    assert await _counted(racing_shop) == (1, 2)
    assert owner.id is not None


async def test_address_that_many_bring_along_at_once_becomes_that_of_one(
    racing_shop: ShopUnderTest, clock: TestClock
) -> None:
    oidc = OidcFake(clock)
    reach(racing_shop, oidc=oidc)
    answers = await asyncio.gather(
        *(by_oidc(Client(racing_shop), oidc, Person(f"sub-{i}", email="mei@example.com")) for i in range(8))
    )
    assert {len(answer["userErrors"]) for answer in answers} == {0}
    assert sorted(answer["viewer"]["email"] or "" for answer in answers) == [""] * 7 + ["mei@example.com"]
    assert await _counted(racing_shop) == (8, 9)


async def test_wechat_that_two_accounts_add_at_once_becomes_that_of_one(racing_shop: ShopUnderTest) -> None:
    wechat, human = WechatFake(), Human("union-1")
    reach(racing_shop, wechat)
    clients = [Client(racing_shop) for _ in range(6)]
    for i, one in enumerate(clients):
        mine = await by_mini(one, wechat, Human(f"own-{i}"))
        one.token = mine["tokens"]["accessToken"]
    answers = await asyncio.gather(*(link(one, wechat={"code": wechat.login(human)}) for one in clients))
    outcomes = sorted(answer["userErrors"][0]["code"] if answer["userErrors"] else "" for answer in answers)
    assert outcomes == ["", *["IDENTITY_TAKEN"] * 5]
    assert await _counted(racing_shop) == (6, 7)


async def _counted(shop: ShopUnderTest) -> tuple[int, int]:
    [[accounts]] = await shop.database.rows(select(func.count()).select_from(Account))
    [[identities]] = await shop.database.rows(select(func.count()).select_from(Identity))
    return accounts, identities
