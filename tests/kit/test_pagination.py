"""A page stays where it is when rows come and go, and a cursor that is not ours is refused."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, select
from sqlmodel import col

from commerce.kit.context import Context
from commerce.kit.errors import RequestError
from commerce.kit.events import OutboxEvent
from commerce.kit.pagination import Connection, connection, paged, window, write_cursor

BEGAN = datetime(2026, 11, 1, tzinfo=UTC)
COLUMNS = (col(OutboxEvent.id), col(OutboxEvent.name), col(OutboxEvent.recorded_at))
ORDERS = {
    "name": [(col(OutboxEvent.name), False), (col(OutboxEvent.id), False)],
    "newest": [(col(OutboxEvent.recorded_at), True), (col(OutboxEvent.id), True)],
}
COUNT = select(func.count()).select_from(OutboxEvent)
statements = {
    (order, forward, from_key): paged(select(*COLUMNS), by, forward=forward, from_key=from_key)
    for order, by in ORDERS.items()
    for forward in (True, False)
    for from_key in (True, False)
}


async def put(context: Context, *names: str) -> None:
    async with context.transaction() as session:
        for name in names:
            session.add(OutboxEvent(name=name, payload={}, recorded_at=BEGAN + timedelta(hours=ord(name[0]))))


async def page(context: Context, order: str = "name", **asked: Any) -> Connection[str]:
    part = window(order, *(asked.get(name) for name in ("first", "after", "last", "before")))

    async def counted() -> int:
        [row] = await context.rows(COUNT)
        return row[0]

    rows = await context.rows(statements[part.shape], **part.params)
    keys = {"name": lambda row: (row[1], row[0]), "newest": lambda row: (row[2], row[0])}[order]
    found: Connection[str] = connection(Connection, rows, part, lambda row: row[1], keys, counted)
    return found


def names(found: Connection[str]) -> str:
    return "".join(edge.node for edge in found.edges())


async def test_list_is_walked_forward(context: Context) -> None:
    await put(context, *"edcba")
    first = await page(context, first=2)
    assert (names(first), first.page_info.has_next_page, first.page_info.has_previous_page) == ("ab", True, False)
    second = await page(context, first=2, after=first.page_info.end_cursor())
    assert (names(second), second.page_info.has_next_page, second.page_info.has_previous_page) == ("cd", True, True)
    third = await page(context, first=2, after=second.page_info.end_cursor())
    assert (names(third), third.page_info.has_next_page, third.page_info.has_previous_page) == ("e", False, True)
    assert await third.counted() == 5


async def test_list_is_walked_backward_in_the_same_order(context: Context) -> None:
    await put(context, *"abcde")
    last = await page(context, last=2)
    assert (names(last), last.page_info.has_next_page, last.page_info.has_previous_page) == ("de", False, True)
    middle = await page(context, last=2, before=last.page_info.start_cursor())
    assert (names(middle), middle.page_info.has_next_page, middle.page_info.has_previous_page) == ("bc", True, True)
    first = await page(context, last=2, before=middle.page_info.start_cursor())
    assert (names(first), first.page_info.has_next_page, first.page_info.has_previous_page) == ("a", True, False)


async def test_page_stays_when_rows_come_and_go(context: Context) -> None:
    await put(context, *"bdfh")
    first = await page(context, first=2)
    await put(context, *"aceg")
    async with context.transaction() as session:
        await session.execute(delete(OutboxEvent).where(col(OutboxEvent.name) == "d"))
    assert names(await page(context, first=3, after=first.page_info.end_cursor())) == "efg"


async def test_newest_come_first_and_equal_instants_are_told_apart(context: Context) -> None:
    await put(context, *"aabbbc")
    walked, cursor = "", None
    while True:
        found = await page(context, "newest", first=1, after=cursor)
        walked += names(found)
        cursor = found.page_info.end_cursor()
        if not found.page_info.has_next_page:
            break
    assert walked == "cbbbaa"
    assert names(await page(context, "newest", last=2)) == "aa"


async def test_every_edge_has_a_cursor_of_its_own(context: Context) -> None:
    await put(context, *"aaa")
    found = await page(context)
    assert len({edge.cursor for edge in found.edges()}) == 3
    assert names(await page(context, after=found.edges()[0].cursor, first=1)) == "a"


async def test_empty_page(context: Context) -> None:
    found = await page(context)
    assert (names(found), found.page_info.start_cursor(), found.page_info.end_cursor()) == ("", None, None)
    await put(context, *"ab")
    assert names(await page(context, first=0)) == ""
    assert (await page(context, first=0)).page_info.has_next_page is True


async def test_page_has_twenty_items_unless_asked(context: Context) -> None:
    await put(context, *"abcdefghijklmnopqrstuvwxyz")
    assert names(await page(context)) == "abcdefghijklmnopqrst"
    assert names(await page(context, last=100)) == "abcdefghijklmnopqrstuvwxyz"


@pytest.mark.parametrize(
    "asked",
    [
        {"first": 1, "last": 1},
        {"first": -1},
        {"first": 101},
        {"last": 101},
        {"last": -1},
        {"first": 1, "before": write_cursor("name", ["a", "b"])},
        {"last": 1, "after": write_cursor("name", ["a", "b"])},
        {"after": write_cursor("name", ["a", "b"]), "before": write_cursor("name", ["a", "b"])},
    ],
)
async def test_sizes_and_directions_that_make_no_sense(context: Context, asked: dict[str, Any]) -> None:
    with pytest.raises(RequestError) as refused:
        await page(context, **asked)
    assert refused.value.extensions == {"code": "BAD_USER_INPUT"}


KEY = "018f3c2e000070008000000000000000"


@pytest.mark.parametrize(
    "cursor",
    [
        "", "!", "é", "arrayconnection:0", "YXJyYXljb25uZWN0aW9uOjA=", "bnVsbA", "W10", "WzVd", "e30", "x" * 1000,
        write_cursor("newest", ["a", "b"]),
        write_cursor("name", [{"u": "no uuid"}]),
        write_cursor("name", [{"t": "no instant"}]),
        write_cursor("name", [{"z": "?"}]),
        write_cursor("name", [{}]),
        write_cursor("name", [{"u": KEY, "t": "2026-11-22"}]),
        write_cursor("name", [{"u": 5}]),
        write_cursor("name", [5, {"u": KEY}]),
        write_cursor("name", [["a"], {"u": KEY}]),
        write_cursor("name", ["a", "no uuid"]),
    ],
)  # fmt: skip
async def test_cursor_that_we_did_not_write(context: Context, cursor: str) -> None:
    with pytest.raises(RequestError) as refused:
        await page(context, after=cursor)
    assert refused.value.extensions == {"code": "BAD_USER_INPUT"}


@pytest.mark.race
async def test_forged_cursor_is_refused_on_the_fast_way_too(racing_shop: Any) -> None:
    with pytest.raises(RequestError, match="cursor"):
        await page(racing_shop.context(), after=write_cursor("name", [5, {"u": KEY}]))
    assert names(await page(racing_shop.context())) == ""
