"""Who follows what in this process, and how word of a change gets here.

The truth is the version of a thing in the database, which grows with every change of it. Whoever changes a thing says
so after the commit, through Redis; that is a hint to look at once. Without a hint, versions are looked at every few
seconds, with one statement for all that is followed. So nothing is lost that Redis loses, and nothing is told twice.
"""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from uuid import UUID

import asyncpg
import redis.asyncio as redis
import structlog
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from commerce.kit.db import Database, Session

Topic = tuple[str, UUID]
Versions = Callable[[Database, Sequence[UUID]], Awaitable[Mapping[UUID, int]]]

CHANNEL = "commerce:live"
TOGETHER = 0.02
"""Seconds in which changes are gathered, so that a burst is looked at once."""
LOOK = 10.0
"""Seconds between two looks at everything while Redis tells of changes."""
LOOK_ALONE = 2.0
"""The same without Redis."""
AT_ONCE = 5
"""Followers that look at the same time; thousands may be told of one change, and others use the database too."""
PATIENCE = 0.5
"""Seconds that a change may wait for Redis; afterwards Redis is left alone for `LOOK_ALONE`."""

log = structlog.get_logger()
_versions: dict[str, Versions] = {}


def versions_of(kind: str) -> Callable[[Versions], Versions]:
    """Register how the present versions of things are read, many at once. What is gone is left out."""

    def register(read: Versions) -> Versions:
        _versions[kind] = read
        return read

    return register


def changed(session: Session, kind: str, key: UUID) -> bool:
    """Note that a thing changes in this transaction; whether it was not noted yet, and so needs a new version.

    Its followers look at it after the commit.
    """
    is_first = (kind, key) not in session.told
    session.told.add((kind, key))
    return is_first


class Follower:
    """Someone who follows a thing, and the version that they have seen."""

    def __init__(self) -> None:
        self.seen: int | None = None
        self._bell = asyncio.Event()

    def ring(self) -> None:
        self._bell.set()

    async def change(self, seen: int) -> None:
        """Wait until there is another version than the one seen. It may also return without one: then look again."""
        self.seen = seen
        await self._bell.wait()
        self._bell.clear()


class Hub:
    """All followers of this process. Works only while there are any."""

    def __init__(self, database: Database, cache: "redis.Redis | None" = None) -> None:
        self.database = database
        self.cache = cache
        self.look, self.look_alone = LOOK, LOOK_ALONE
        self.turns = asyncio.Semaphore(AT_ONCE)
        self._followers: defaultdict[Topic, set[Follower]] = defaultdict(set)
        self._tasks: list[asyncio.Task[None]] = []
        self._hinted: set[Topic] = set()
        self._hint = asyncio.Event()
        self._is_told = False
        self._silent_until = 0.0

    @contextlib.asynccontextmanager
    async def follow(self, kind: str, key: UUID) -> AsyncIterator[Follower]:
        """Follow a thing from now on."""
        follower, topic = Follower(), (kind, key)
        self._followers[topic].add(follower)
        if any(task.done() for task in self._tasks):
            await self.close()  # one has broken off, which must not be the end of following
        if not self._tasks:
            self._tasks = [asyncio.create_task(self._look()), asyncio.create_task(self._listen())]
        try:
            yield follower
        finally:
            self._followers[topic].discard(follower)
            if not self._followers[topic]:
                del self._followers[topic]

    async def close(self) -> None:
        """Stop looking and listening."""
        tasks, self._tasks = set(self._tasks), []
        while tasks:
            for task in tasks:
                task.cancel()
            _, tasks = await asyncio.wait(tasks, timeout=0.1)  # Redis' client may swallow a cancellation

    async def tell(self, topics: Collection[Topic]) -> None:
        """Have everyone look at what has changed. It never fails: who is not reached looks by themselves."""
        self._take(topics)
        loop = asyncio.get_running_loop()
        if self.cache is None or loop.time() < self._silent_until:
            return
        try:
            async with asyncio.timeout(PATIENCE):
                await self.cache.publish(CHANNEL, " ".join(f"{kind}:{key}" for kind, key in topics))
        except (RedisError, OSError, TimeoutError) as error:
            self._silent_until = loop.time() + LOOK_ALONE
            log.warning("changes not told", reason=str(error) or type(error).__name__)

    def _take(self, topics: Collection[Topic]) -> None:
        if followed := self._followers.keys() & set(topics):
            self._hinted |= followed
            self._hint.set()

    async def _listen(self) -> None:
        """Take the hints of all processes. After a gap, everything is looked at."""
        task = asyncio.current_task()
        while self.cache is not None and task in self._tasks:
            try:
                async with self.cache.pubsub(ignore_subscribe_messages=True) as channel:
                    await channel.subscribe(CHANNEL)
                    self._is_told = True
                    self._take(self._followers)
                    while task in self._tasks:
                        message = await channel.get_message(timeout=LOOK)
                        self._take(_topics(message["data"]) if message else ())
            except (RedisError, OSError, TimeoutError) as error:
                log.warning("changes not heard", reason=str(error) or type(error).__name__)
            finally:
                self._is_told = False
            await asyncio.sleep(self.look_alone)

    async def _look(self) -> None:
        """Look at what was hinted at, and now and then at everything, until nobody follows anything any more."""
        while self._followers:
            try:
                async with asyncio.timeout(self.look if self._is_told else self.look_alone):
                    await self._hint.wait()
                await asyncio.sleep(TOGETHER)
                topics, self._hinted = self._hinted, set()
                self._hint.clear()
            except TimeoutError:
                topics = set(self._followers)
            try:
                await self._compare(topics)
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, SQLAlchemyError) as error:
                log.warning("versions not read", reason=str(error) or type(error).__name__)
        _, listening = self._tasks
        self._tasks = []
        listening.cancel()

    async def _compare(self, topics: Collection[Topic]) -> None:
        """Ring for those who have seen another version than the present one."""
        kinds: defaultdict[str, list[UUID]] = defaultdict(list)
        for kind, key in topics:
            kinds[kind].append(key)
        for kind, keys in kinds.items():
            present = await _versions[kind](self.database, keys)
            for key in keys:
                for follower in self._followers.get((kind, key), ()):
                    if follower.seen != present.get(key):
                        follower.ring()


def _topics(raw: bytes | str) -> set[Topic]:
    """The topics of a hint. One that cannot be read, such as a newer release's, is passed over."""
    found = set()
    for word in (raw.decode() if isinstance(raw, bytes) else raw).split():
        kind, _, key = word.partition(":")
        with contextlib.suppress(ValueError):
            found.add((kind, UUID(key)))
    return found
