"""What hardly ever changes is read once, shared by all, and can be changed by none."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pytest
from sqlalchemy import select, text, update
from sqlmodel import col

from commerce.catalog.models import Brand
from commerce.channels.models import Channel
from commerce.channels.queries import open_markets
from commerce.kit.context import Context
from commerce.kit.db import Reads
from commerce.kit.idempotency import IdempotencyKey
from commerce.kit.reference import frozen, memory, remembered, remembered_each
from tests.channels.factory import make_channel
from tests.conftest import ShopUnderTest

Counted = Callable[[], list[str]]
_code = select(col(Channel.code))
_brands = select(col(Brand.code)).order_by(col(Brand.code))
_keys = select(col(IdempotencyKey.key))


@remembered
async def first_code(reads: Reads, prefix: str = "") -> str:
    return prefix + str((await reads.rows(_code))[0][0])


@remembered
async def everything(reads: Reads) -> tuple[str, ...]:
    return (await first_code(reads), *(row[0] for row in await reads.rows(_brands)))


@remembered_each
async def each_named(reads: Reads, codes: Sequence[str]) -> list[int]:
    found = [row[0] for row in await reads.rows(_code)]
    return [found.count(code) for code in codes]


async def test_a_second_request_reads_nothing(shop: ShopUnderTest, counted: Counted) -> None:
    await make_channel(shop)
    counted()
    first = await open_markets(shop.context())
    assert len(counted()) == 1
    assert await open_markets(shop.context()) is first
    assert counted() == []


async def test_a_request_knows_what_its_memory_was_read_from(shop: ShopUnderTest) -> None:
    await make_channel(shop)
    for _ in range(2):
        context = shop.context()
        assert await everything(context) == ("web",)
        assert context.tables == {"channels_channel", "catalog_brand"}


async def test_what_was_written_is_read_anew(shop: ShopUnderTest, counted: Counted) -> None:
    await make_channel(shop)
    assert await everything(shop.context()) == ("web",)
    async with shop.context().transaction() as session:
        assert await first_code(session) == "web"
        await session.execute(update(Channel).values(code="kiosk"))
        counted()
        for _ in range(2):
            assert await first_code(session) == "kiosk"
        assert len(counted()) == 2
    assert await everything(shop.context()) == ("kiosk",)


async def test_a_transaction_is_answered_from_memory_too(shop: ShopUnderTest, counted: Counted) -> None:
    await make_channel(shop)
    async with shop.context().transaction() as session:
        counted()
        for _ in range(2):
            assert await first_code(session) == "web"
        assert len(counted()) == 1
    assert await first_code(shop.context()) == "web"
    assert counted() == []


async def test_a_transaction_sees_what_it_has_not_yet_flushed(shop: ShopUnderTest) -> None:
    await make_channel(shop)
    assert await first_code(shop.context()) == "web"
    with pytest.raises(LookupError):
        await rename_and_fail(shop)
    assert await first_code(shop.context()) == "web"


async def rename_and_fail(shop: ShopUnderTest) -> None:
    async with shop.context().transaction() as session:
        [channel] = (await session.execute(select(Channel))).scalars()
        channel.code = "kiosk"
        assert await first_code(session) == "kiosk"
        assert await each_named(session, ["kiosk", "web"]) == [1, 0]
        raise LookupError


async def test_keys_are_remembered_one_by_one(shop: ShopUnderTest, counted: Counted) -> None:
    await make_channel(shop)
    counted()
    assert await each_named(shop.context(), ["web", "kiosk", "web"]) == [1, 0, 1]
    assert len(counted()) == 1
    context = shop.context()
    assert await each_named(context, ["kiosk", "web"]) == [0, 1]
    assert context.tables == {"channels_channel"}
    assert await each_named(context, []) == []
    assert counted() == []
    assert await each_named(context, ["web", "app"]) == [1, 0]
    assert len(counted()) == 1
    await make_channel(shop, "app")
    counted()
    assert await each_named(context, ["app", "web"]) == [1, 1]
    async with shop.context().transaction() as session:
        assert await each_named(session, ["web", "app"]) == [1, 1]
    assert len(counted()) == 1


async def test_writing_elsewhere_leaves_memory_alone(shop: ShopUnderTest, counted: Counted) -> None:
    await make_channel(shop)
    await first_code(shop.context())
    async with shop.context().transaction() as session:
        await session.execute(text("delete from catalog_brand"))
        await session.execute(text("delete from pgqueuer"))
    counted()
    await first_code(shop.context())
    assert counted() == []


async def test_arguments_have_memories_of_their_own(shop: ShopUnderTest, counted: Counted) -> None:
    await make_channel(shop)
    counted()
    for _ in range(2):
        assert [await first_code(shop.context(), prefix) for prefix in "ab"] == ["aweb", "bweb"]
        assert await first_code(shop.context(), prefix="c") == "cweb"
    assert len(counted()) == 3


async def test_a_read_is_remembered_for_a_limited_number_of_arguments(
    shop: ShopUnderTest, counted: Counted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "MOST", 3)
    await make_channel(shop)
    for prefix in "abcd":
        await first_code(shop.context(), prefix)
    counted()
    await first_code(shop.context(), "d")
    assert counted() == []
    await first_code(shop.context(), "a")
    assert len(counted()) == 1


async def test_those_who_ask_at_once_share_one_reading(shop: ShopUnderTest, counted: Counted) -> None:
    await make_channel(shop)
    counted()
    assert await asyncio.gather(*(first_code(shop.context()) for _ in range(20))) == ["web"] * 20
    assert len(counted()) == 1


async def test_who_goes_away_leaves_the_others_their_reading(shop: ShopUnderTest, counted: Counted) -> None:
    await make_channel(shop)
    counted()
    asking = [asyncio.ensure_future(first_code(shop.context())) for _ in range(3)]
    await asyncio.sleep(0)
    asking[0].cancel()
    assert await asyncio.gather(*asking[1:]) == ["web"] * 2
    assert len(counted()) == 1


async def test_a_reading_from_before_a_change_is_not_shared_after_it(shop: ShopUnderTest) -> None:
    await make_channel(shop)
    gate, begun = asyncio.Event(), asyncio.Event()

    @remembered
    async def slow(reads: Reads) -> str:
        found = str((await reads.rows(_code))[0][0])
        begun.set()
        await gate.wait()
        return found

    early = asyncio.ensure_future(slow(shop.context()))
    await begun.wait()
    async with shop.context().transaction() as session:
        await session.execute(update(Channel).values(code="kiosk"))
    late = asyncio.ensure_future(slow(shop.context()))
    await asyncio.sleep(0)
    gate.set()
    assert await early == "web"
    assert await late == "kiosk"
    assert await slow(shop.context()) == "kiosk"


async def test_failures_are_not_remembered(shop: ShopUnderTest) -> None:
    failures = await asyncio.gather(*(first_code(shop.context()) for _ in range(2)), return_exceptions=True)
    assert [type(failure) for failure in failures] == [IndexError, IndexError]
    await make_channel(shop)
    assert await first_code(shop.context()) == "web"


async def test_what_is_not_announced_is_not_remembered(shop: ShopUnderTest, counted: Counted) -> None:
    @remembered
    async def keys(reads: Reads) -> tuple[str, ...]:
        return tuple(row[0] for row in await reads.rows(_keys))

    counted()
    for _ in range(3):
        assert await keys(shop.context()) == ()
    assert len(counted()) == 3


async def test_what_depends_on_the_time_cannot_be_remembered(context: Context) -> None:
    @remembered
    async def timed(reads: Reads) -> str:
        return str(reads.now())

    with pytest.raises(TypeError, match="depend on the time"):
        await timed(context)


async def test_what_reads_no_table_cannot_be_remembered(context: Context) -> None:
    @remembered
    async def nothing(reads: Reads) -> int:
        found: int = (await reads.rows(select(text("1"))))[0][0]
        return found

    with pytest.raises(TypeError, match="reads no table"):
        await nothing(context)


class Pair(NamedTuple):
    left: Any
    right: Any


@dataclass(frozen=True)
class Sign:
    text: dict[str, str]
    parts: tuple[Any, ...] = ()
    size: int = field(init=False, default=3)


@dataclass
class Loose:
    text: str


def test_rows_that_can_be_shared_are_shared_as_they_are() -> None:
    for value in (1, "a", None, (1, ("b",)), Pair(1, 2), frozenset({1})):
        assert frozen(value) is value


def test_maps_are_frozen_wherever_they_lie() -> None:
    sign = frozen(Sign({"en": "Sale"}, (Pair(1, {"zh": "特价"}),)))
    assert sign == Sign({"en": "Sale"}, (Pair(1, {"zh": "特价"}),))
    assert type(sign.parts[0]) is Pair
    for texts in (sign.text, sign.parts[0].right):
        for change in (lambda t: t.update(en="x"), lambda t: t.pop("en"), lambda t: t.__setitem__("en", "x")):
            with pytest.raises(TypeError, match="shared"):
                change(texts)


@pytest.mark.parametrize("value", [[1], {1}, Loose("x"), (1, [2]), Sign({}, ([],)), object()])
def test_what_anyone_could_change_is_refused(value: Any) -> None:
    with pytest.raises(TypeError, match="cannot be remembered"):
        frozen(value)
