"""What apps use: counted in the process, and written down every few seconds for all of them at once."""

from datetime import date, datetime
from uuid import UUID

from commerce.accounts.queries import apps as queries
from commerce.accounts.values import Spent
from commerce.kit.context import Context

EVERY = 5.0
"""Seconds between two times of writing it down."""


class AppUses:
    """What this process has counted and not yet written down."""

    def __init__(self) -> None:
        self._spent: dict[tuple[UUID, date], Spent] = {}
        self._used: dict[UUID, datetime] = {}

    def spend(self, app: UUID, day: date, *, requests: int = 0, points: int = 0, refused: int = 0) -> None:
        """Count what an app asked for."""
        known = self._spent.get((app, day), Spent(day, 0, 0, 0))
        self._spent[app, day] = Spent(day, known.requests + requests, known.points + points, known.refused + refused)

    def use(self, token: UUID, instant: datetime) -> None:
        """Note that a token was used."""
        self._used[token] = max(instant, self._used.get(token, instant))

    async def write(self, context: Context) -> None:
        """Write it down. What cannot be written is kept for the next time."""
        spent, used = self._spent, self._used
        if not spent and not used:
            return
        self._spent, self._used = {}, {}
        try:
            async with context.transaction() as session:
                await queries.add_usage(session, [(app, one) for (app, _), one in spent.items()], [*used.items()])
        except BaseException:
            self._take_back(spent, used)
            raise

    def _take_back(self, spent: dict[tuple[UUID, date], Spent], used: dict[UUID, datetime]) -> None:
        for (app, day), one in spent.items():
            self.spend(app, day, requests=one.requests, points=one.points, refused=one.refused)
        for token, instant in used.items():
            self.use(token, instant)
