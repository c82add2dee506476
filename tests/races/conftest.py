"""Clients of a shop on real connections."""

from collections.abc import AsyncIterator

import pytest

from tests.conftest import Client, ShopUnderTest


@pytest.fixture
async def racing_client(racing_shop: ShopUnderTest) -> AsyncIterator[Client]:
    client = Client(racing_shop)
    yield client
    await client.http.aclose()
