"""What the shop keeps of people, read from its tables; and the search for somebody in all of them.

`python -m tests.house.personal_data` writes `docs/personal-data.md`.
"""

import base64
import importlib
import io
import pkgutil
import zipfile
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Table, column, select, table, text

import commerce
from commerce.kit.db import metadata
from commerce.kit.people import erased_tables
from commerce.kit.sealing import INDEXED, LABEL
from commerce.shop import Shop

for module in pkgutil.walk_packages(commerce.__path__, "commerce."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)

PAGE = Path(__file__).parents[2] / "docs" / "personal-data.md"
NOT_OF_PEOPLE = {"accounts_app_token": "the key that a program signs its requests with is nobody's personal data"}
"""Tables with something sealed in them that is not of a person, and why."""

HEAD = """# Personal data

What the shop keeps of people stands sealed in these columns ([ADR 32](adr/0032-personal-data-is-sealed-and-found-by-a-keyed-digest.md)). A column that is found can be looked up by a keyed digest beside it. When somebody is to be forgotten, each part of the shop forgets them in its tables, all in one transaction ([ADR 25](adr/0025-people-are-forgotten-by-each-part-in-one-transaction.md)). This page is written from the tables by `python -m tests.house.personal_data`; a test compares, and fails for a table that nobody forgets anybody in.

| Table | sealed | found by | forgotten by |
|---|---|---|---|
"""


IN_CLEAR = {
    "cart_line.properties": "what customers write on a line, such as an engraving",
    "cart_line.properties_key": "the same, by which equal lines are one",
    "orders_line.properties": "the same, as it was ordered",
}
"""Columns in which something of a person stands that is not sealed."""
TAIL = """
In clear stand, until the person is forgotten:

{columns}
- `cart_cart.merge_report`: the same, for lines of a cart that was merged into another one.
- `accounts_session.client`, `customers_consent.proof`: what clients call themselves by `X-Client`.
- `orders_order.country`, `customers_address.country`: for taxes and reports. The first stays.
- `payments_refund.reason` and the numbers of parcels in `fulfillment_fulfillment`: what staff writes there.

In clear and for good stand in the audit log (`kit_audit.facts`) the reasons that staff gives for seeing, exporting or acting as somebody. They are to hold nothing of the person.
"""


def sealed(one: Table) -> dict[str, str]:
    """The sealed columns of a table with their labels."""
    return {each.name: each.info[LABEL] for each in one.columns if LABEL in each.info}


def sealed_tables() -> list[Table]:
    return sorted((one for one in metadata().sorted_tables if sealed(one)), key=lambda one: one.name)


def forgotten_by(name: str) -> list[str]:
    return sorted(part for part, tables in erased_tables.items() if name in tables)


def page() -> str:
    """The page as it should be."""
    lines = []
    for one in sealed_tables():
        found = [each.info[INDEXED].column for each in one.columns if INDEXED in each.info]
        columns = ", ".join(f"`{name}`" for name in sealed(one))
        by = ", ".join(forgotten_by(one.name)) or f"– ({NOT_OF_PEOPLE.get(one.name, '')})"
        lines.append(f"| `{one.name}` | {columns} | {', '.join(f'`{name}`' for name in found)} | {by} |")
    in_clear = "\n".join(f"- `{name}`: {what}." for name, what in IN_CLEAR.items())
    return HEAD + "\n".join(lines) + "\n" + TAIL.format(columns=in_clear)


# -------------------------------------------------------------------------------------------- the search


async def traces(shop: Shop, words: Sequence[str]) -> set[str]:
    """Where any of these words stands: in the columns of all tables, sealed or not, in what they are found by, in Redis."""
    found = set()
    for name, columns in (await _columns(shop)).items():
        known = metadata().tables.get(name)
        rows = await shop.database.rows(select(*(column(each) for each in columns)).select_from(table(name)))
        for row in rows:
            values = dict(zip(columns, row, strict=True))
            for each, value in values.items():
                kept = known.columns[each] if known is not None else None
                shown = _opened(shop, kept, values, value)
                if any(word.lower() in shown.lower() for word in words) or _is_found(shop, kept, value, words):
                    found.add(f"{name}.{each}")
    return found | {key async for key in _in_redis(shop, words)}


async def _columns(shop: Shop) -> dict[str, list[str]]:
    statement = """select table_name, column_name from information_schema.columns
      where table_schema = 'public' order by table_name, ordinal_position"""
    found: dict[str, list[str]] = {}
    for name, each in await shop.database.rows(text(statement)):
        found.setdefault(name, []).append(each)
    return found


def _opened(shop: Shop, kept: Column[Any] | None, row: dict[str, Any], value: Any) -> str:
    """A value as whoever has the keys can read it."""
    if not isinstance(value, bytes):
        return str(value)
    if kept is not None and LABEL in kept.info:
        label = kept.info[LABEL]
        opened = shop.database.vault.open(label, value)
        return _unpacked(opened) if label == "export" else opened
    return value.decode("utf-8", "replace")


def _unpacked(packed: str) -> str:
    """What stands in an archive."""
    archive = zipfile.ZipFile(io.BytesIO(base64.b64decode(packed)))
    return "".join(archive.read(name).decode() for name in archive.namelist())


def _is_found(shop: Shop, kept: Column[Any] | None, value: Any, words: Sequence[str]) -> bool:
    """Whether a keyed digest still finds somebody."""
    if kept is None or INDEXED not in kept.info or not isinstance(value, bytes):
        return False
    vault = shop.database.vault
    labels = ("email", "phone", "contact", "subject", "union", "name")
    return any(value in vault.indexes(label, word) for label in labels for word in words)


async def _in_redis(shop: Shop, words: Sequence[str]) -> AsyncIterator[str]:
    assert shop.cache is not None
    async for key in shop.cache.scan_iter():
        said = key + (await shop.cache.dump(key) or b"")
        if any(word.lower().encode() in said.lower() for word in words):
            yield f"redis {key!r}"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
