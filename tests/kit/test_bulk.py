"""Many rows in one statement."""

from collections.abc import Callable

from sqlalchemy import select
from sqlmodel import col

from commerce.kit.bulk import each, insert_each
from commerce.kit.context import Context
from commerce.kit.events import OutboxEvent
from commerce.kit.ids import new_key

_write = insert_each(OutboxEvent, "id", "name", "payload", "recorded_at")
_read = select(col(OutboxEvent.name), col(OutboxEvent.payload)).order_by(col(OutboxEvent.name))


async def test_rows_are_written_as_they_are_by_one_statement(
    context: Context, counted: Callable[[], list[str]]
) -> None:
    payloads = [{}, {"text": 'a "quoted" word, {braces} and \\'}, {"list": [1, [2]], "none": None}]
    now = context.now()
    async with context.transaction() as session:
        counted()
        rows = [
            {"id": new_key(), "name": str(i), "payload": payload, "recorded_at": now}
            for i, payload in enumerate(payloads)
        ]
        await session.execute(_write, each(rows))
        assert len(counted()) == 1
        assert [tuple(row) for row in await session.rows(_read)] == [("0", {}), ("1", payloads[1]), ("2", payloads[2])]
