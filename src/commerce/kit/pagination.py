"""Lists as GraphQL connections, paged by key: a page stays where it is when rows come and go."""

import base64
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

import orjson
import strawberry
from sqlalchemy import ColumnElement, Select, and_, bindparam, or_, tuple_

from commerce.kit.db import Row
from commerce.kit.errors import BadCursor, RequestError
from commerce.kit.graphql import PART, argument, derived, described, object_type

DEFAULT_PAGE = 20
LARGEST_PAGE = 100

N = TypeVar("N")
First = Annotated[
    int | None,
    argument(f"At most so many from the start: {DEFAULT_PAGE} when neither is given, at most {LARGEST_PAGE}."),
]
After = Annotated[str | None, argument("Only what comes after this cursor.")]
Last = Annotated[int | None, argument("At most so many from the end.")]
Before = Annotated[str | None, argument("Only what comes before this cursor.")]


@object_type(PART)
class PageInfo:
    """Position of one page within a list."""

    has_next_page: bool = described("True when a further page follows.")
    has_previous_page: bool = described("True when a page precedes this one.")
    cursor_of: strawberry.Private[Callable[[int], str] | None]

    @derived
    def start_cursor(self) -> str | None:
        """Cursor of the first edge, or null when the page is empty."""
        return self.cursor_of(0) if self.cursor_of else None

    @derived
    def end_cursor(self) -> str | None:
        """Cursor of the last edge, or null when the page is empty."""
        return self.cursor_of(-1) if self.cursor_of else None


@object_type(PART)
class Edge(Generic[N]):
    """An item in a list."""

    cursor: str = described("Cursor.")
    node: N = described("Item.")


@object_type(PART)
class Connection(Generic[N]):
    """One page of a list."""

    page_info: PageInfo = described("Position.")
    items: strawberry.Private[list[N]]
    cursor_of: strawberry.Private[Callable[[int], str]]
    counted: strawberry.Private[Callable[[], Awaitable[int]]]

    @derived
    def edges(self) -> list[Edge[N]]:
        """Edges with cursors."""
        return [Edge(cursor=self.cursor_of(k), node=item) for k, item in enumerate(self.items)]

    @derived
    def nodes(self) -> list[N]:
        """The same items without cursors."""
        return self.items

    @derived
    async def total_count(self) -> int:
        """Items in the whole list. Computed only when asked for."""
        return await self.counted()


@dataclass(frozen=True, slots=True)
class Window:
    """Which part of a list is asked for, and by which order."""

    order: str
    limit: int
    forward: bool
    keys: tuple[Any, ...] | None

    @property
    def shape(self) -> tuple[str, bool, bool]:
        """What decides the text of the statement."""
        return self.order, self.forward, self.keys is not None

    @property
    def params(self) -> dict[str, Any]:
        """Bind parameters of a `paged` statement: one row more than the page, to see whether there are more."""
        return {"page_limit": self.limit + 1, **{f"page_key_{i}": key for i, key in enumerate(self.keys or ())}}


def window(order: str, first: int | None, after: str | None, last: int | None, before: str | None) -> Window:
    """Check the four paging arguments. BAD_USER_INPUT for sizes and cursors that make no sense."""
    if (first is not None and last is not None) or (after is not None and before is not None):
        raise RequestError("BAD_USER_INPUT", "Page with first and after, or with last and before.")
    forward = last is None and before is None
    size = first if first is not None else last
    if size is None:
        size = DEFAULT_PAGE
    if not 0 <= size <= LARGEST_PAGE:
        raise RequestError("BAD_USER_INPUT", f"A page has between 0 and {LARGEST_PAGE} items.")
    cursor = after if forward else before
    if (forward and before is not None) or (not forward and after is not None):
        raise RequestError("BAD_USER_INPUT", "Page with first and after, or with last and before.")
    return Window(order, size, forward, read_cursor(cursor, order) if cursor is not None else None)


def write_cursor(order: str, keys: Sequence[Any]) -> str:
    """A cursor: the sort keys of an item, bound to the order they belong to."""
    return base64.urlsafe_b64encode(orjson.dumps([order, *(_tagged(key) for key in keys)])).decode().rstrip("=")


def read_cursor(text: str, order: str) -> tuple[Any, ...]:
    try:
        found, *keys = orjson.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if found == order:
            return tuple(_untagged(key) for key in keys)
    except (ValueError, TypeError, KeyError, AttributeError, InvalidOperation):
        pass
    raise BadCursor


def _tagged(key: Any) -> Any:
    if isinstance(key, UUID):
        return {"u": key.hex}
    if isinstance(key, datetime):
        return {"t": key.isoformat()}
    if isinstance(key, Decimal):
        return {"d": str(key)}
    return key


_READERS: dict[str, Callable[[str], Any]] = {"u": UUID, "t": datetime.fromisoformat, "d": Decimal}


def _untagged(key: Any) -> Any:
    if isinstance(key, dict):
        [(tag, text)] = key.items()
        return _READERS[tag](text)
    return key


OrderBy = Sequence[tuple[ColumnElement[Any], bool]]
"""Columns that order a list, each with whether it descends. None may be null, and the last one must be unique."""


def paged(statement: Select[Any], order: OrderBy, *, forward: bool, from_key: bool) -> Select[Any]:
    """Put a list into pages: ordered, started at the bound key, cut at the bound limit."""
    if from_key:
        statement = statement.where(_beyond(order, forward=forward))
    by = [column.desc() if descending == forward else column.asc() for column, descending in order]
    return statement.order_by(*by).limit(bindparam("page_limit"))


def _beyond(order: OrderBy, *, forward: bool) -> ColumnElement[bool]:
    """What comes after the bound key. An index can only bound rows that are compared as a whole, so all in one direction."""
    keys = [bindparam(f"page_key_{i}", type_=column.type) for i, (column, _) in enumerate(order)]
    if len({descending for _, descending in order}) == 1:
        here, there = tuple_(*(column for column, _ in order)), tuple_(*keys)
        return here < there if order[0][1] == forward else here > there
    beyond = []
    for i, (column, descending) in enumerate(order):
        same = [c == key for (c, _), key in zip(order[:i], keys, strict=False)]
        beyond.append(and_(*same, column < keys[i] if descending == forward else column > keys[i]))
    return or_(*beyond)


def connection(
    kind: Any,
    rows: Sequence[Row],
    asked: Window,
    node: Callable[[Row], Any],
    keys: Callable[[Row], Sequence[Any]],
    counted: Callable[[], Awaitable[int]],
    **more: Any,
) -> Any:
    """A page of `kind` from the rows of a `paged` statement."""
    beyond = len(rows) > asked.limit
    shown = list(rows[: asked.limit])
    if not asked.forward:
        shown.reverse()

    def cursor_of(k: int) -> str:
        return write_cursor(asked.order, keys(shown[k]))

    info = PageInfo(
        has_next_page=beyond if asked.forward else asked.keys is not None,
        has_previous_page=asked.keys is not None if asked.forward else beyond,
        cursor_of=cursor_of if shown else None,
    )
    return kind(page_info=info, items=list(map(node, shown)), cursor_of=cursor_of, counted=counted, **more)
