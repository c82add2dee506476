"""Who sells."""

import asyncio
from uuid import UUID

import pytest

from commerce.vendors import actions, queries
from tests.conftest import ShopUnderTest


@pytest.mark.race
async def test_there_is_one_house_even_if_many_ask_for_it_at_once(racing_shop: ShopUnderTest) -> None:
    assert await queries.house_key(racing_shop.context()) is None

    async def ask() -> UUID:
        async with racing_shop.context().transaction() as session:
            return await actions.house(session)

    [key] = set(await asyncio.gather(*(ask() for _ in range(10))))
    assert await queries.house_key(racing_shop.context()) == key
