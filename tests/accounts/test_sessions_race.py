"""Sessions under requests at the same time."""

import asyncio

import pytest

from tests.accounts.documents import REFRESH, refusal_code, signed_in
from tests.accounts.factory import make_staff
from tests.conftest import Client, ShopUnderTest

pytestmark = pytest.mark.race


async def test_refresh_token_is_used_once_even_if_thirty_requests_race(racing_shop: ShopUnderTest) -> None:
    await make_staff(racing_shop)
    client = Client(racing_shop)
    first = await signed_in(client)
    client.token = None
    answers = await asyncio.gather(*(client(REFRESH, token=first["refreshToken"]) for _ in range(30)))
    won = [answer["tokenRefresh"]["tokens"] for answer in answers if answer["tokenRefresh"]["tokens"]]
    assert len(won) == 1
    assert await refusal_code(client, won[0]["accessToken"]) == "UNAUTHENTICATED"
