"""The key of personal data is changed while the shop goes on, and people are found before, during and after."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text, update
from sqlmodel import col
from typer.testing import CliRunner

from commerce.accounts import queries as accounts
from commerce.accounts.models import Account
from commerce.cli import app
from commerce.kit import rekeying
from commerce.kit.rekeying import rotate, sealed_tables, status
from commerce.kit.sealing import Vault
from tests.conftest import Client, ShopUnderTest
from tests.customers.factory import make_customer
from tests.shopfront import complete, open_shop, ready_checkout

pytestmark = pytest.mark.race
OLD = "an old secret of the data - thirty-two long"
NEW = "a new secret of the data - thirty-two long"
PHONES = [f"+1201555{i:04}" for i in range(30)]
BY_EMAIL = "query($sought: String) { orders(query: $sought) { nodes { number } } }"


async def fill(shop: ShopUnderTest) -> list[UUID]:
    """People with phones, and an order of a guest."""
    goods, client = await open_shop(shop), Client(shop)
    checkout = await ready_checkout(client, goods)
    assert (await complete(client, checkout))["userErrors"] == []
    await client.http.aclose()
    return [await make_customer(shop, f"p{i}@example.com", phone) for i, phone in enumerate(PHONES)]


async def everybody_is_found(shop: ShopUnderTest, people: list[UUID]) -> bool:
    context, client = shop.context(), Client(shop)
    found = [await accounts.owner_of(context, "phone", phone) for phone in PHONES]
    client.act()
    orders = (await client(BY_EMAIL, sought="ada@example.com"))["orders"]["nodes"]
    shop.acting = None
    await client.http.aclose()
    return found == people and len(orders) == 1


async def keys(shop: ShopUnderTest) -> set[str]:
    return {one.key for one in await status(shop.database)}


async def test_people_are_found_before_during_and_after(
    racing_shop: ShopUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = racing_shop.database
    old, new = Vault([OLD]).name.hex(), Vault([NEW]).name.hex()
    database.vault = Vault([OLD])
    people = await fill(racing_shop)
    assert await everybody_is_found(racing_shop, people)
    database.vault = Vault([NEW, OLD])
    assert await keys(racing_shop) == {old}
    assert await everybody_is_found(racing_shop, people)
    monkeypatch.setattr(rekeying, "BATCH", 7)
    await _until_it_is_stopped(racing_shop)
    assert await keys(racing_shop) == {old, new}
    assert await everybody_is_found(racing_shop, people)
    assert all(not outcome.unreadable for outcome in await rotate(database))
    assert await everybody_is_found(racing_shop, people)
    assert await keys(racing_shop) == {new}
    database.vault = Vault([NEW])
    assert await everybody_is_found(racing_shop, people)
    assert sum(outcome.sealed for outcome in await rotate(database)) == 0


async def _until_it_is_stopped(shop: ShopUnderTest) -> None:
    class Stopped(Exception):
        pass

    def stop(outcome: rekeying.Outcome) -> None:
        if outcome.table == "accounts_account":
            raise Stopped

    with pytest.raises(Stopped):
        await rotate(shop.database, stop)


async def test_nothing_that_is_written_meanwhile_is_lost(
    racing_shop: ShopUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Customers change their names over and over, some by processes that do not know the new key first."""
    database = racing_shop.database
    database.vault = Vault([OLD])
    people = await fill(racing_shop)
    database.vault = Vault([NEW, OLD])
    monkeypatch.setattr(rekeying, "BATCH", 3)
    last: dict[UUID, str] = {}
    done = asyncio.Event()

    async def rename(person: UUID, vault: Vault) -> None:
        count = 0
        while not done.is_set() or count == 0:
            count += 1
            name = f"Name {count} of {person}"
            async with database.session() as session:
                statement = update(Account).where(col(Account.id) == person)
                await session.execute(statement.values(name=vault.seal("name", name)))
                await asyncio.sleep(0.005)  # held for a while
            last[person] = name

    vaults = [Vault([OLD, NEW]), Vault([NEW, OLD])]
    writers = [asyncio.create_task(rename(person, vaults[i % 2])) for i, person in enumerate(people[:8])]
    monkeypatch.setattr(rekeying, "MOST_PASSES", 5)  # who writes with the old key first would keep it busy for ever
    await rotate(database)
    done.set()
    await asyncio.gather(*writers)
    await rotate(database)
    database.vault = Vault([NEW])
    for person, name in last.items():
        [row] = await racing_shop.context().rows(text("select name from accounts_account where id = :id"), id=person)
        assert database.vault.open("name", row[0]) == name
    assert len(last) == 8
    assert await keys(racing_shop) == {Vault([NEW]).name.hex()}


async def test_what_none_of_our_keys_opens_is_left_and_told(racing_shop: ShopUnderTest) -> None:
    database = racing_shop.database
    database.vault = Vault([OLD])
    person = await make_customer(racing_shop)
    before = await _rows(racing_shop)
    database.vault = Vault([NEW])
    outcomes = {outcome.table: outcome for outcome in await rotate(database)}
    assert outcomes["accounts_account"].unreadable == [person]
    assert outcomes["accounts_account"].sealed == 0
    assert await _rows(racing_shop) == before


async def _rows(shop: ShopUnderTest) -> Any:
    return [tuple(row) for row in await shop.context().rows(text("select a::text from accounts_identity a order by 1"))]


async def test_what_is_found_by_something_else_than_it_holds_is_not_made_worse(racing_shop: ShopUnderTest) -> None:
    database = racing_shop.database
    database.vault = Vault([OLD])
    await make_customer(racing_shop)
    async with database.session() as session:
        await session.execute(text("update accounts_identity set subject_index = '\\x00'"))
    before = await _rows(racing_shop)
    database.vault = Vault([NEW, OLD])
    outcomes = {outcome.table: outcome for outcome in await rotate(database)}
    assert len(outcomes["accounts_identity"].unreadable) == 1
    assert await _rows(racing_shop) == before


async def test_the_operator_sees_and_changes_the_key(racing_shop: ShopUnderTest, race_url: str) -> None:
    racing_shop.database.vault = Vault([OLD])
    await make_customer(racing_shop)

    async def types(word: str, secrets: str) -> tuple[int, list[str]]:
        given = {"DATABASE_URL": race_url, "COMMERCE_SECRET": OLD, "COMMERCE_DATA_SECRETS": secrets}
        answer = await asyncio.to_thread(CliRunner().invoke, app, ["keys", word], env=given)
        return answer.exit_code, answer.output.splitlines()

    code, lines = await types("status", f"{NEW},{OLD}")
    assert (code, lines[-1]) == (0, "Run `commerce keys rotate` before older secrets are taken away.")
    assert f"accounts_account.name: 1 by {Vault([OLD]).name.hex()} (older)" in lines
    code, lines = await types("status", NEW)
    assert (code, "NOT AT HAND" in lines[0]) == (1, True)
    assert (await types("rotate", NEW))[0] == 1
    code, lines = await types("rotate", f"{NEW},{OLD}")
    assert (code, lines[-1]) == (0, "Everything is sealed by the present key.")
    assert "accounts_account: 1 rows sealed anew." in lines
    assert await types("status", NEW) == (
        0,
        [*(await types("status", NEW))[1][:-1], "Everything is sealed by the present key."],
    )


def test_whatever_is_sealed_can_be_sealed_anew() -> None:
    """Each such table has the key and the columns that this needs."""
    for kept in sealed_tables():
        assert [column.name for column in kept.table.primary_key] == ["id"], kept.table.name
        for name, index in kept.indexes.items():
            assert index.column in kept.labels, (kept.table.name, name)
            assert index.label_in is None or index.label_in in kept.table.c
    assert {"accounts_identity", "orders_order", "customers_address"} <= {kept.table.name for kept in sealed_tables()}
