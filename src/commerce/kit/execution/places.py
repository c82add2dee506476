"""Where a list of values lives in the answer. It is only asked when something failed, or came late.

Values are worked on as lists, so that none of them knows its own path. A place knows it of all of them: places form a
chain from the values up to the root, one link for each field and each list on the way.
"""

from abc import abstractmethod
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import Any, Protocol

from graphql.pyutils import Path

Answer = dict[str, Any]


class Place(Protocol):
    """The place of `values[0]`, `values[1]` and so on."""

    @abstractmethod
    def path(self, k: int) -> Path | None:
        """The path of the value k; None for the root."""

    @abstractmethod
    def put(self, k: int, value: Any) -> None:
        """Set the value k in the answer."""

    @abstractmethod
    def erase(self, k: int, path: Path | None) -> Path | None:
        """Null the nearest nullable position at or above the value k, whose path is given; return the path of it."""


class Root(Place):
    """The answer as a whole."""

    __slots__ = ("data",)

    def __init__(self) -> None:
        self.data: Answer | None = None

    def path(self, k: int) -> Path | None:  # noqa: ARG002
        return None

    def put(self, k: int, value: Any) -> None:  # noqa: ARG002
        self.data = value

    def erase(self, k: int, path: Path | None) -> Path | None:  # noqa: ARG002
        self.data = None
        return None


class InField(Place):
    """The value k is the field `key` of `outs[k]`, which is the answer for the object k of the place above."""

    __slots__ = ("above", "is_nullable", "key", "outs", "type_name")

    def __init__(self, above: Place, outs: Sequence[Answer], key: str, type_name: str, *, is_nullable: bool) -> None:
        self.above = above
        self.outs = outs
        self.key = key
        self.type_name = type_name
        self.is_nullable = is_nullable

    def path(self, k: int) -> Path | None:
        return Path(self.above.path(k), self.key, self.type_name)

    def put(self, k: int, value: Any) -> None:
        self.outs[k][self.key] = value

    def erase(self, k: int, path: Path | None) -> Path | None:
        if self.is_nullable:
            self.put(k, None)
            return path
        return self.above.erase(k, path.prev if path else None)


class InList(Place):
    """The values are the items of lists of these sizes, one after another. The lists are the values of the place above;
    in the answer they are `lists`, once all items that are not late are done.
    """

    __slots__ = ("_ends", "above", "is_nullable", "lists", "sizes")

    def __init__(self, above: Place, sizes: Sequence[int], lists: Sequence[list[Any]], *, is_nullable: bool) -> None:
        self.above = above
        self.sizes = sizes
        self.lists = lists
        self.is_nullable = is_nullable
        self._ends: list[int] = []

    def _find(self, k: int) -> tuple[int, int]:
        """Which list the value k is in, and where in it."""
        self._ends = self._ends or list(accumulate(self.sizes))
        i = bisect_right(self._ends, k)
        return i, k - self._ends[i] + self.sizes[i]

    def path(self, k: int) -> Path | None:
        i, j = self._find(k)
        return Path(self.above.path(i), j, None)

    def put(self, k: int, value: Any) -> None:
        i, j = self._find(k)
        self.lists[i][j] = value

    def erase(self, k: int, path: Path | None) -> Path | None:
        if self.is_nullable:
            self.put(k, None)
            return path
        return self.above.erase(self._find(k)[0], path.prev if path else None)


class Subset(Place):
    """The value k is the value `index[k]` of the place above: what is left when others are taken out."""

    __slots__ = ("above", "index")

    def __init__(self, above: Place, index: Sequence[int]) -> None:
        self.above = above
        self.index = index

    def path(self, k: int) -> Path | None:
        return self.above.path(self.index[k])

    def put(self, k: int, value: Any) -> None:
        self.above.put(self.index[k], value)

    def erase(self, k: int, path: Path | None) -> Path | None:
        return self.above.erase(self.index[k], path)
