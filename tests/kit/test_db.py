"""Reading fast."""

import gc

from sqlalchemy import literal, select

from commerce.app import Shop
from commerce.kit import statements


async def test_statements_that_are_built_for_one_reading_leave_nothing_behind(racing_shop: Shop) -> None:
    gc.collect()
    before = len(statements._compiled)
    found = [await racing_shop.database.rows(select(literal(number))) for number in range(20)]
    gc.collect()
    assert [row[0] for rows in found for row in rows] == list(range(20))
    assert len(statements._compiled) == before
