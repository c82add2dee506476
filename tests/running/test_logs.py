"""A whole run of the shop, with faults of all sorts: no line of its logs tells a secret or names a person, nor does the
database in clear.
"""

import asyncio
import re
import signal
from collections.abc import Iterator
from typing import Any

import asyncpg
import httpx
import pytest

from commerce.kit.sealing import Vault
from tests.conftest import SECRET
from tests.running.test_cli import Start, end, free_port, start, until
from tests.shopfront import ADDRESSES

__all__ = ["start"]
pytestmark = [pytest.mark.slow, pytest.mark.race]
EMAIL, NAME, PHONE = "zoe.quartz@example.com", "Zoe Quartz", "+12015550147"
PASSWORD, NEW_PASSWORD, STREET = "cobalt-lighthouse-9", "vermilion-harbor-7", "77 Quartzite Row"
ROOT, ROOT_PASSWORD = "root.onyx@example.com", "granite-and-onyx-5"
FAULTS = f"""
create function quote_it() returns trigger language plpgsql as $$
begin raise exception 'cannot keep {EMAIL}, {PHONE}' using detail = 'the row is ({NAME}, {STREET})'; end $$;
create trigger quote_it before insert on customers_address for each row execute function quote_it();
alter table customers_consent rename to gone;
"""
"""The database refuses addresses and quotes them, and a table is gone."""


class Visitor:
    """A client that remembers whatever it must not find in the logs."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http
        self.secrets: set[str] = {EMAIL, NAME, PHONE, PASSWORD, NEW_PASSWORD, STREET, ROOT, ROOT_PASSWORD, "quartz"}
        self.token = ""

    async def do(self, mutation: str, fields: str = "", **given: Any) -> dict[str, Any]:
        kind = mutation[0].upper() + mutation[1:]
        query = (
            f"mutation($input: {kind}Input!) {{ {mutation}(input: $input) {{ {fields} userErrors {{ code field }} }} }}"
        )
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        body = {"query": query, "variables": {"input": given}}
        answer: dict[str, Any] = (await self.http.post("/graphql", json=body, headers=headers)).json()
        self.secrets |= set(_tokens(answer))
        return answer


def _tokens(answer: Any) -> Iterator[str]:
    if isinstance(answer, dict):
        for name, value in answer.items():
            if isinstance(value, str) and name in ("accessToken", "refreshToken"):
                yield value
            yield from _tokens(value)


async def _is_up(http: httpx.AsyncClient) -> bool:
    try:
        return (await http.get("/readyz")).status_code == 200
    except httpx.TransportError:
        return False


async def _code(connection: asyncpg.Connection) -> str:
    [row] = await connection.fetch("select content from messages_message order by created_at desc, id desc limit 1")
    content = Vault([SECRET]).open_document("message", row["content"])
    assert content is not None
    code: str = content["facts"]["code"]
    return code


async def _journey(visitor: Visitor, connection: asyncpg.Connection) -> None:
    """Somebody signs up, signs in, mistypes, and meets whatever can go wrong; staff comes along."""
    tokens = "tokens { accessToken refreshToken }"
    answer = await visitor.do("signUp", "challengeId", email=EMAIL, password=PASSWORD, name=NAME)
    challenge, code = answer["data"]["signUp"]["challengeId"], await _code(connection)
    visitor.secrets.add(code)
    by_code = {"code": {"challengeId": challenge, "code": code}}
    answer = await visitor.do("signIn", tokens, credential=by_code)
    visitor.token = answer["data"]["signIn"]["tokens"]["accessToken"]
    refresh = answer["data"]["signIn"]["tokens"]["refreshToken"]
    for wrong in (PASSWORD + "x", "x" * 9000):
        await visitor.do("passwordChange", currentPassword=wrong, newPassword=NEW_PASSWORD)
    await visitor.do("passwordChange", currentPassword=PASSWORD, newPassword=NEW_PASSWORD)
    await connection.execute(FAULTS)
    address = {**ADDRESSES["US"], "name": NAME, "lines": [STREET], "country": "US", "phone": PHONE}
    faults = [
        await visitor.do("customerAddressCreate", address=address),
        await visitor.do("consentGrant", purpose="ANALYTICS", policyVersion="1"),
    ]
    assert [fault["errors"][0]["extensions"]["code"] for fault in faults] == ["INTERNAL", "INTERNAL"], faults
    visitor.token = ""
    await visitor.do("tokenRefresh", tokens, refreshToken=refresh)
    await visitor.do("tokenRefresh", tokens, refreshToken=refresh)  # a stolen one
    await visitor.do("passwordResetRequest", "challengeId", to={"email": EMAIL})
    await visitor.http.post("/graphql", content=f'{{"query": "{EMAIL}', headers={"Authorization": f"Bearer {refresh}"})
    await visitor.http.get("/graphql", params={"query": f'{{ product(by: {{slug: "{EMAIL}"}}) {{ id }} }}'})
    visitor.token = ""
    by_password = {"password": {"email": ROOT, "password": ROOT_PASSWORD}}
    answer = await visitor.do("signIn", tokens, credential=by_password)
    visitor.token = answer["data"]["signIn"]["tokens"]["accessToken"]
    await visitor.do("staffInvite", email="quartz.two@example.com", name=NAME, permissions=["ORDERS_READ"])


async def test_a_whole_run_tells_nothing_of_anybody(start: Start, empty_shop_url: str) -> None:
    given = {
        "DATABASE_URL": empty_shop_url, "COMMERCE_ENV": "production", "COMMERCE_SMTP_HOST": "127.0.0.1",
        "COMMERCE_SMTP_PORT": "1", "COMMERCE_MAIL_FROM": "shop@shop.example", "COMMERCE_LOG_LEVEL": "DEBUG",
    }  # fmt: skip
    made = start("admin", "create", ROOT, "--name", "Root", COMMERCE_ADMIN_PASSWORD=ROOT_PASSWORD, **given)
    assert (await asyncio.to_thread(end, made))[0] == 0
    port = free_port()
    server, worker = start("serve", "--port", str(port), **given), start("worker", **given)
    connection = await asyncpg.connect(empty_shop_url)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=20) as http:
        visitor = Visitor(http)
        await until(lambda: _is_up(http), 60)
        await _open_a_channel(connection)
        await _journey(visitor, connection)

        async def was_tried() -> bool:
            return bool(await connection.fetchval("select max(tries) > 0 from messages_message"))

        await until(was_tried, 60)
    dump = await _dump(connection)
    await connection.close()
    ended = [await asyncio.to_thread(end, child, signal.SIGTERM) for child in (server, worker)]
    logs = "\n".join(part for _, output, errors in ended for part in (output, errors))
    assert logs.count("Traceback") >= 2, logs[-3000:]  # there was something to be told
    assert "message not carried" in logs
    assert _found(visitor.secrets, logs) == []
    assert _found(visitor.secrets, dump) == []


async def _open_a_channel(connection: asyncpg.Connection) -> None:
    await connection.execute(
        "insert into channels_channel (id, code, name, locales, currencies, countries, prices_include_tax, time_zone,"
        " is_active, is_live, is_default, created_at) values (gen_random_uuid(), 'web', '{\"en\": \"Web\"}', '{en}', '{USD}', '{US}',"
        " false, 'UTC', true, false, true, now())"
    )


async def _dump(connection: asyncpg.Connection) -> str:
    """Every row of every table, as text."""
    tables = await connection.fetch("select tablename from pg_tables where schemaname = 'public'")
    rows = [row[0] for [name] in tables for row in await connection.fetch(f'select r::text from "{name}" r')]
    return "\n".join(rows)


def _found(secrets: set[str], text: str) -> list[str]:
    """Secrets that stand in a text; of a short code only as a word of its own."""
    return [
        one
        for one in sorted(secrets)
        if (
            re.search(rf"(?<![\w.]){one}(?![\w.])", text)
            if len(one) == 6 and one.isdigit()
            else one.lower() in text.lower()
        )
    ]
