"""The other process: does the jobs that the first one left in the queue, and what is done by the clock."""

import asyncio
import contextlib
import signal

import asyncpg
import structlog
from pgqueuer.errors import FailingListenerError

from commerce.kit import jobs
from commerce.kit.context import Context
from commerce.kit.db import driver_url
from commerce.kit.idempotency import forget_old
from commerce.kit.working import work
from commerce.messages.providers import Carriers
from commerce.settings import Settings
from commerce.shop import Shop, open_shop

PAUSE = 2.0  # seconds until the database is tried again
CONNECTIONS = 4

log = structlog.get_logger()
LOST = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, FailingListenerError)


@jobs.every("17 3 * * *")
async def forget_idempotency_keys(context: Context) -> None:
    """Keys are kept for a day."""
    async with context.transaction() as session:
        await forget_old(session)


async def serve(settings: Settings) -> None:
    """Work until SIGTERM or SIGINT; what is under way is finished."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    shop = await open_shop(settings)
    try:
        await keep_working(shop, stop)
    finally:
        await shop.close()


async def keep_working(shop: Shop, stop: asyncio.Event) -> None:
    """Work, and take up again after the database was away."""
    log.info("worker started")
    for kind in shop.resources[Carriers].lacking():
        log.warning("messages are not carried: no carrier is set up", kind=kind)
    while not stop.is_set():
        try:
            await _work(shop, stop)
        except LOST as error:
            log.warning("database lost", reason=str(error) or type(error).__name__)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), PAUSE)
    log.info("worker stopped")


async def _work(shop: Shop, stop: asyncio.Event) -> None:
    """On a pool of its own: the queue's driver wants plain connections, one of which listens."""
    url = driver_url(shop.settings.direct_url)
    async with asyncpg.create_pool(url, min_size=1, max_size=CONNECTIONS, server_settings={"jit": "off"}) as pool:
        await work(shop.context, pool, stop)
