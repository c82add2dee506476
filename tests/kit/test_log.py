"""Logs never tell a secret."""

import json

import pytest
import structlog
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from commerce.kit.log import HIDDEN, configure, hide_secrets
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
