"""The first level: answers in this process, as many as there is room for."""

from collections import OrderedDict

from commerce.kit.answers.kept import Kept

LARGEST_SHARE = 8
"""An answer that would take more than this part of the room is not kept: it would drive out the others."""
MOST_WAYS = 32
"""Ways in which one answer is remembered to have been asked for; the oldest is forgotten first."""
WAY = 200
"""Bytes that the memory of one way takes."""


class Memory:
    """Answers by what was asked, the one that was not asked for longest goes first."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.size = 0
        self._kept: OrderedDict[bytes, Kept] = OrderedDict()
        self._ways: dict[bytes, Kept] = {}

    def __len__(self) -> int:
        return len(self._kept)

    def by_key(self, key: bytes) -> Kept | None:
        """The answer to what was asked, however it was said."""
        kept = self._kept.get(key)
        if kept is not None:
            self._kept.move_to_end(key)
        return kept

    def by_way(self, way: bytes) -> Kept | None:
        """The answer to a request that came just so before."""
        kept = self._ways.get(way)
        if kept is not None:
            self._kept.move_to_end(kept.key)
        return kept

    def put(self, kept: Kept) -> None:
        """Keep an answer in place of what was answered before."""
        self.drop(kept.key)
        if kept.size > self.room // LARGEST_SHARE:
            return
        self._kept[kept.key] = kept
        self.size += kept.size
        while self.size > self.room:
            self.drop(next(iter(self._kept)))

    def lead(self, way: bytes, kept: Kept) -> None:
        """Remember a way to an answer that is kept."""
        if way in self._ways or self._kept.get(kept.key) is not kept:
            return
        if len(kept.ways) == MOST_WAYS:
            del self._ways[kept.ways.pop(0)]
            self.size -= WAY
        kept.ways.append(way)
        self._ways[way] = kept
        self.size += WAY
        while self.size > self.room:
            self.drop(next(iter(self._kept)))

    def drop(self, key: bytes) -> None:
        """Forget an answer and all ways to it."""
        kept = self._kept.pop(key, None)
        if kept is None:
            return
        for way in kept.ways:
            del self._ways[way]
        self.size -= kept.size + WAY * len(kept.ways)
        kept.ways.clear()
