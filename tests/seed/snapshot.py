"""All that a database holds, for tests in which it must not change."""

from sqlalchemy import text

from commerce.kit.db import Database, metadata


async def contents(database: Database) -> dict[str, tuple[int, str]]:
    """The number of rows and a fingerprint of each table, and of the queue."""
    found = {}
    async with database.session() as session:
        for name in [*(table.name for table in metadata().sorted_tables), "pgqueuer"]:
            fingerprint = "md5(coalesce(string_agg(t::text, '' order by t::text), ''))"
            rows = await session.execute(text(f"select count(*), {fingerprint} from {name} t"))
            found[name] = tuple(rows.one())
    return found
