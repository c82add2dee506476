"""What takes a permit is sent only while it is allowed."""

from uuid import UUID

import pytest
from sqlalchemy import text

from commerce.kit.jobs import drain
from commerce.messages import actions
from commerce.messages.values import Letter, MessageKind, Permit, Recipient
from tests.conftest import Client, ShopUnderTest
from tests.customers.documents import GRANT, WITHDRAW
from tests.customers.factory import act_as, make_customer

MIA = Recipient(MessageKind.EMAIL, "mia@example.com")
NEWS = Letter("news", "This is required.", "Hi")


async def write(shop: ShopUnderTest, person: UUID, *, permit: bool = True) -> None:
    async with shop.context().transaction() as session:
        await actions.send(session, MIA, NEWS, ["en"], Permit(person, "MARKETING_EMAIL") if permit else None)


async def states(shop: ShopUnderTest) -> list[str]:
    return [
        row[0] for row in await shop.database.rows(text("select state from messages_message order by created_at, id"))
    ]


async def test_a_withdrawn_consent_stops_messages_that_wait(shop: ShopUnderTest, client: Client) -> None:
    mia = await make_customer(shop)
    act_as(client, mia)
    await write(shop, mia)
    await drain(shop.context())
    await client(GRANT, purpose="MARKETING_EMAIL", version="1")
    await write(shop, mia)
    await drain(shop.context())
    await write(shop, mia)
    await write(shop, mia, permit=False)
    await client(WITHDRAW, purpose="MARKETING_EMAIL")
    await drain(shop.context())
    assert await states(shop) == ["WITHHELD", "SENT", "WITHHELD", "SENT"]


@pytest.mark.parametrize("purpose", ["MARKETING_PHONE", "ANALYTICS"])
async def test_a_consent_to_something_else_is_none(shop: ShopUnderTest, client: Client, purpose: str) -> None:
    mia = await make_customer(shop)
    act_as(client, mia)
    await client(GRANT, purpose=purpose, version="1")
    await write(shop, mia)
    await drain(shop.context())
    assert await states(shop) == ["WITHHELD"]
