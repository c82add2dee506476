"""The operator makes the first account."""

import asyncio
from typing import Any

import pytest
import sqlalchemy
from typer.testing import CliRunner, Result

from commerce.cli import app
from commerce.kit.actor import Permission
from tests.accounts.documents import refusal_code, sign_in
from tests.accounts.factory import PASSWORD, make_staff
from tests.accounts.test_factors import set_up
from tests.conftest import SECRET, Client, ShopUnderTest, TestClock

pytestmark = pytest.mark.race


class Operator:
    """Somebody at a terminal of the shop's machine."""

    def __init__(self, url: str) -> None:
        self.environment = {"DATABASE_URL": url, "COMMERCE_SECRET": SECRET}

    async def types(self, *words: str, given: str | None = None, **environment: str) -> Result:
        return await asyncio.to_thread(
            CliRunner().invoke, app, ["admin", "create", *words], input=given, env=self.environment | environment
        )

    async def resets(self, email: str) -> Result:
        words = ["admin", "reset-second-factor", email]
        return await asyncio.to_thread(CliRunner().invoke, app, words, env=self.environment)


@pytest.fixture
def operator(race_url: str) -> Operator:
    return Operator(race_url)


async def admin(shop: ShopUnderTest, password: str, email: str = "root@example.com") -> Any:
    return (await sign_in(Client(shop), email, password))["viewer"]


async def test_admin_may_do_everything(racing_shop: ShopUnderTest, operator: Operator) -> None:
    made = await operator.types("Root@Example.com", "--name", "Root", "--password-stdin", given=f"{PASSWORD}\n")
    assert (made.exit_code, made.stdout) == (0, "The account is ready.\n")
    viewer = await admin(racing_shop, PASSWORD)
    assert (viewer["name"], viewer["permissions"]) == ("Root", [str(permission) for permission in Permission])


async def test_password_is_asked_for_twice_or_comes_with_the_environment(
    racing_shop: ShopUnderTest, operator: Operator
) -> None:
    asked = await operator.types("root@example.com", given=f"{PASSWORD}\n{PASSWORD}\n")
    assert (asked.exit_code, PASSWORD in asked.output) == (0, False)
    assert await admin(racing_shop, PASSWORD)
    assert (await operator.types("two@example.com", COMMERCE_ADMIN_PASSWORD="lighthouse keeper")).exit_code == 0
    assert await admin(racing_shop, "lighthouse keeper", "two@example.com")


async def test_known_address_is_an_error_unless_it_is_to_be_updated(
    racing_shop: ShopUnderTest, operator: Operator
) -> None:
    words = ("root@example.com", "--password-stdin")
    await operator.types(*words, given=PASSWORD)
    again = await operator.types(*words, given="lighthouse keeper")
    assert again.exit_code == 1
    assert again.stderr == (
        "commerce: There is already an account with this e-mail address."
        " With --update it gets this password and all permissions.\n"
    )
    assert await admin(racing_shop, PASSWORD)
    assert (await operator.types(*words, "--update", given="lighthouse keeper")).exit_code == 0
    assert await admin(racing_shop, PASSWORD) is None
    assert await admin(racing_shop, "lighthouse keeper")


async def test_bad_passwords_are_refused_in_one_line(racing_shop: ShopUnderTest, operator: Operator) -> None:
    for password, text in (("", "A password has at least 8 characters."), ("password", "This password is too common")):
        refused = await operator.types("root@example.com", "--password-stdin", given=password)
        assert refused.exit_code == 1
        assert refused.stderr.startswith(f"commerce: {text}")
        assert refused.stderr.count("\n") == 1


async def test_operator_takes_a_second_factor_away(
    racing_shop: ShopUnderTest, operator: Operator, clock: TestClock
) -> None:
    client = Client(racing_shop)
    await make_staff(racing_shop)
    await set_up(client, clock)
    token = client.token
    done = await operator.resets("Ada@Example.com")
    assert (done.exit_code, done.stdout) == (0, "The account asks for no second factor any more.\n")
    assert await refusal_code(client, token) == "UNAUTHENTICATED"
    client.token = None
    assert (await sign_in(client))["tokens"]
    [(kind, operation)] = await racing_shop.database.rows(
        sqlalchemy.text("select actor_kind, operation from kit_audit where actor_kind = 'SYSTEM'")
    )
    assert (kind, operation) == ("SYSTEM", "admin reset-second-factor")
    unknown = await operator.resets("nobody@example.com")
    assert (unknown.exit_code, unknown.stderr) == (1, "commerce: There is no such object.\n")
