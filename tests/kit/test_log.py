"""Logs never tell a secret."""

import json
import logging
import sys

import pytest
import structlog
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from commerce.kit.log import HIDDEN, _Scrubbing, configure, hide_secrets, scrubbed
from commerce.shop import Shop


def test_secrets_are_blanked_however_deep_they_lie() -> None:
    entry = {
        "event": "signed in",
        "access_token": "abc",
        "headers": {"Authorization": "Bearer abc", "accept": "*/*", "Set-Cookie": "a=b"},
        "rows": [{"customerEmail": "ann@example.com", "id": 5}],
        "cardNumber": "4242",
    }
    assert hide_secrets(None, "info", entry) == {
        "event": "signed in",
        "access_token": HIDDEN,
        "headers": {"Authorization": HIDDEN, "accept": "*/*", "Set-Cookie": HIDDEN},
        "rows": [{"customerEmail": HIDDEN, "id": 5}],
        "cardNumber": HIDDEN,
    }


@pytest.fixture
def _afterwards() -> object:
    yield
    structlog.reset_defaults()


@pytest.mark.usefixtures("_afterwards")
def test_production_logs_a_json_object_per_line(capsys: pytest.CaptureFixture[str]) -> None:
    configure(as_json=True)
    structlog.get_logger().warning("refused", password="hunter2", count=3)
    structlog.get_logger().debug("not shown")
    [line] = capsys.readouterr().err.splitlines()
    entry = json.loads(line)
    assert entry.pop("timestamp")
    assert entry == {"event": "refused", "level": "warning", "password": HIDDEN, "count": 3}


@pytest.mark.parametrize("part", ["a", "a.", "+1", "eyJ", "b-", "1 ", "4", "a@b."])
def test_a_long_text_is_gone_through_once(part: str) -> None:
    """Looked at anew from each of its letters, a text of this length would keep the process for minutes."""
    said = scrubbed(part * (300_000 // len(part)) + " ada@example.com")
    assert "ada@" not in said
    assert said.endswith(HIDDEN)


@pytest.mark.parametrize("as_json", [True, False])
@pytest.mark.usefixtures("_afterwards")
def test_traceback_is_without_local_variables(capsys: pytest.CaptureFixture[str], as_json: bool) -> None:
    def fail() -> None:
        password = "hunt" + "er2"
        raise LookupError(len(password))

    configure(as_json=as_json)
    try:
        fail()
    except LookupError:
        structlog.get_logger().exception("failed")
    shown = capsys.readouterr().err
    assert "LookupError" in shown
    assert "hunter2" not in shown


@pytest.mark.parametrize("as_json", [True, False])
@pytest.mark.race
@pytest.mark.usefixtures("_afterwards")
async def test_faults_of_the_database_quote_nobody(
    capsys: pytest.CaptureFixture[str], racing_shop: Shop, as_json: bool
) -> None:
    configure(as_json=as_json)
    entered = "ada@example.com\n1 Pier St"
    try:
        async with racing_shop.database.session() as session:
            await session.execute(text("create temporary table addresses (email text check (length(email) < 3))"))
            await session.execute(text("insert into addresses values (:entered)"), {"entered": entered})
    except DBAPIError:
        structlog.get_logger().exception("fault")
    shown = capsys.readouterr().err
    assert "addresses_email_check" in shown
    assert f"DETAIL: {HIDDEN}" in shown
    assert not any(part in shown for part in ("ada@", "Pier"))


PEOPLE = {
    "ada@example.com": "e-mail", "李雷@例子.中国": "e-mail", "o'neil+shop@mail.example.co.uk": "e-mail",
    "+8613812345678": "phone", "+1 (201) 555-0123": "phone", "13812345678": "phone", "138 1234 5678": "phone",
    "eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl": "JWT", "Bearer abc.def": "bearer", "bearer  x-y_z": "bearer",
    "q3Jz0aT_kP-4vN8wXyZ1bC2dE3fG4hI5jK6lM7nO8pQ": "token", "capp_4f9Kq2ZtX8bLm7Vw3RyN5cJd6HsP1aGeUoTi0YxQ": "app", "4242 4242 4242 4242": "card", "4242424242424242": "card",
    "https://x.example/back?code=abc123&state=1": "code",
}  # fmt: skip


@pytest.mark.parametrize("secret", PEOPLE, ids=PEOPLE.values())
@pytest.mark.parametrize("around", ["{}", "said {}.", "('{}',)", '{{"a": "{}"}}', "x={}, y"])
def test_what_looks_like_a_secret_or_a_person_is_blanked(secret: str, around: str) -> None:
    shown = scrubbed(around.format(secret))
    assert HIDDEN in shown
    assert secret not in shown
    assert "abc123" not in shown


@pytest.mark.parametrize(
    "harmless",
    [
        "product_01h455vb4pex5vsknk084sn02q", "customer_address_01h455vb4pex5vsknk084sn02q", "2026-11-29T10:04:14.123456+00:00",
        "e58ed763-928c-4155-bee9-fdbaaadc15f3", "a" * 64, "0123456789abcdef" * 4, "order A1001", "14.50 USD", "took 1234567 ms",
        "postgresql://127.0.0.1:5432/shop", "src/commerce/kit/log.py:34", "1234567890123456", "@inContext",
    ],
)  # fmt: skip
def test_what_helps_to_find_a_fault_is_shown(harmless: str) -> None:
    assert scrubbed(f"said {harmless} here") == f"said {harmless} here"


@pytest.mark.parametrize("as_json", [True, False])
@pytest.mark.usefixtures("_afterwards")
def test_no_text_of_an_entry_tells_of_somebody(capsys: pytest.CaptureFixture[str], as_json: bool) -> None:
    configure(as_json=as_json)
    try:
        raise LookupError("no mail for ada@example.com, +8613812345678")  # noqa: TRY301
    except LookupError as error:
        structlog.get_logger().exception("failed for ada@example.com", why=error, deep=[{"to": ("+8613812345678",)}])
    shown = capsys.readouterr().err
    assert ("LookupError" in shown, HIDDEN in shown) == (True, True)
    assert not any(part in shown for part in ("ada@", "138123"))


def test_what_libraries_log_is_scrubbed() -> None:
    formatter = _Scrubbing("%(message)s")
    try:
        raise ValueError("DETAIL: row (ada@example.com, Pier St)")  # noqa: TRY301
    except ValueError:
        record = logging.LogRecord("lib", logging.ERROR, "f", 1, "to %s", ("bob@example.com",), sys.exc_info())
    shown = formatter.format(record)
    assert not any(part in shown for part in ("ada@", "bob@", "Pier"))
    assert "ValueError" in shown
