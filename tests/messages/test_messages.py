"""From the transaction that writes a message to whoever carries it, and the page on which developers read it."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr, ValidationError
from sqlalchemy import text

from commerce.app import app_of
from commerce.kit.errors import SPOKEN
from commerce.kit.jobs import AT_ONCE, drain
from commerce.messages import actions
from commerce.messages.errors import NotCarried
from commerce.messages.providers import Carriers
from commerce.messages.providers.aliyun import AliyunCarrier
from commerce.messages.providers.local import LocalCarrier, NoCarrier
from commerce.messages.providers.smtp import SmtpCarrier
from commerce.messages.providers.twilio import TwilioCarrier
from commerce.messages.values import Letter, MessageKind, MessageState, Recipient, Written
from commerce.services import outside
from commerce.settings import AliyunTemplate, Environment, MailSecurity, Settings
from tests.conftest import SECRET, Client, ShopUnderTest, TestClock

MEI = Recipient(MessageKind.EMAIL, "mei@example.com")
CODE = Letter("tests.code", "Your <code>", "{code} is your code", {"code": "123456"})


class Seen:
    """A carrier that keeps what it was given, and fails as often as it is told."""

    def __init__(self, *faults: Exception) -> None:
        self.faults = list(faults)
        self.taken: list[Written] = []

    async def carry(self, message: Written) -> None:
        if self.faults:
            raise self.faults.pop(0)
        self.taken.append(message)


async def write(shop: ShopUnderTest, letter: Letter = CODE, recipient: Recipient = MEI) -> None:
    async with shop.context().transaction() as session:
        await actions.send(session, recipient, letter, ["en"])


async def kept(shop: ShopUnderTest) -> list[tuple[MessageState, str | None]]:
    return [(one.state, one.fault) for one in await actions.latest(shop.context(), 50)]


async def test_message_is_carried_once(shop: ShopUnderTest) -> None:
    carrier = Seen()
    shop.resources[Carriers] = Carriers(carrier, NoCarrier())
    await write(shop)
    assert await kept(shop) == [(MessageState.QUEUED, None)]
    await drain(shop.context())
    assert await kept(shop) == [(MessageState.SENT, None)]
    [taken] = carrier.taken
    assert (taken.text, taken.recipient.address) == ("123456 is your code", "mei@example.com")
    await actions.carry(shop.context(), (await _keys(shop))[0])
    assert len(carrier.taken) == 1


async def _keys(shop: ShopUnderTest) -> list[Any]:
    from commerce.kit.ids import decode  # noqa: PLC0415

    return [decode("message", one.message.reference) for one in await actions.latest(shop.context(), 50)]


async def test_carrier_that_fails_is_tried_again_with_the_same_reference(shop: ShopUnderTest) -> None:
    carrier = Seen(NotCarried("greylisted"), ConnectionError("mei@example.com was refused"))
    shop.resources[Carriers] = Carriers(carrier, NoCarrier())
    await write(shop)
    [key] = await _keys(shop)
    faults = []
    for _ in range(2):
        await actions.carry(shop.context(), key)
        faults += await kept(shop)
    assert faults == [(MessageState.QUEUED, "greylisted"), (MessageState.QUEUED, "ConnectionError")]
    await actions.carry(shop.context(), key)
    assert await kept(shop) == [(MessageState.SENT, None)]


async def test_tries_come_to_an_end(shop: ShopUnderTest) -> None:
    shop.resources[Carriers] = Carriers(Seen(*[NotCarried("greylisted")] * 9), NoCarrier())
    await write(shop)
    [key] = await _keys(shop)
    for _ in range(actions.MOST_TRIES - 1):
        await actions.carry(shop.context(), key)
        assert await kept(shop) == [(MessageState.QUEUED, "greylisted")]
    await actions.carry(shop.context(), key)
    assert await kept(shop) == [(MessageState.FAILED, "greylisted")]


async def test_carrier_that_is_away_for_an_hour_loses_no_message(shop: ShopUnderTest) -> None:
    carrier = Seen(*[ConnectionError()] * 5)
    shop.resources[Carriers] = Carriers(carrier, NoCarrier())
    await write(shop)
    await drain(shop.context())
    pauses = []
    for _ in range(5):
        [(pause,)] = await shop.database.rows(text("select execute_after - now() from pgqueuer"))
        pauses.append(pause)
        await drain(shop.context(), ahead=pause)
    assert await kept(shop) == [(MessageState.SENT, None)]
    assert sum(pauses, timedelta()) > timedelta(hours=1)
    assert sum(pauses[:3], timedelta()) < timedelta(minutes=5)  # as long as a code is good


async def test_code_that_comes_too_late_is_not_carried(shop: ShopUnderTest, clock: TestClock) -> None:
    shop.resources[Carriers] = Carriers(carrier := Seen(ConnectionError()), NoCarrier())
    await write(shop, replace(CODE, life=timedelta(minutes=5)))
    await drain(shop.context())
    clock.advance(minutes=5)
    await drain(shop.context(), ahead=timedelta(hours=1))
    assert await kept(shop) == [(MessageState.FAILED, "too late")]
    assert carrier.taken == []


class Silent:
    """A carrier that does not answer."""

    def __init__(self) -> None:
        self.waiting = 0

    async def carry(self, _message: Written) -> None:
        self.waiting += 1
        await asyncio.Event().wait()


@pytest.mark.race
async def test_carrier_that_does_not_answer_holds_up_no_other_work(
    racing_shop: ShopUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "PATIENCE", 2.0)
    racing_shop.resources[Carriers] = Carriers(silent := Silent(), quick := Seen())
    for _ in range(AT_ONCE):
        await write(racing_shop)
    keys, done = await _keys(racing_shop), []
    work = [asyncio.create_task(actions.carry(racing_shop.context(), key)) for key in keys]
    for one in work:
        one.add_done_callback(done.append)
    async with asyncio.timeout(1.5):
        while len(done) < AT_ONCE // 2 or not silent.waiting:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    assert silent.waiting <= AT_ONCE // 2
    await write(racing_shop, recipient=Recipient(MessageKind.PHONE, "+12015550123"))
    await actions.carry(racing_shop.context(), (await _keys(racing_shop))[0])
    assert len(quick.taken) == 1
    await asyncio.gather(*work)
    assert {state for state, _ in await kept(racing_shop)} == {MessageState.QUEUED, MessageState.SENT}
    [(queued,)] = await racing_shop.database.rows(text("select count(*) from pgqueuer"))
    assert queued == 2 * AT_ONCE + 1  # each is looked at again


async def test_shop_without_carriers_fails_visibly(
    shop: ShopUnderTest, settings: Settings, clock: TestClock, logs: list[Any]
) -> None:
    production = settings.model_copy(update={"env": Environment.PRODUCTION})
    other = ShopUnderTest(production, shop.database, shop.cache, clock)
    await write(other)
    await drain(other.context())
    assert await kept(other) == [(MessageState.FAILED, "no carrier is set up")]
    printed = str(logs)
    assert "message not carried" in printed
    assert "mei@example.com" not in printed
    answer = await Client(other).http.get("/readyz")
    assert (answer.status_code, answer.json()["messages"]) == (200, "not carried: email, phone")


# Settings


@pytest.mark.parametrize(
    ("given", "kinds"),
    [
        ({}, (NoCarrier, NoCarrier)),
        ({"env": Environment.DEV}, (LocalCarrier, LocalCarrier)),
        ({"smtp_host": "mail.example.org", "mail_from": "shop@example.org"}, (SmtpCarrier, NoCarrier)),
        (
            {"sms": "twilio", "twilio_account": "AC1", "twilio_token": SecretStr("t"), "twilio_from": "+15005550006"},
            (NoCarrier, TwilioCarrier),
        ),
        (
            {
                "env": Environment.DEV,
                "sms": "aliyun",
                "aliyun_key_id": "k",
                "aliyun_key_secret": SecretStr("s"),
                "aliyun_sign": "海港",
                "aliyun_templates": {"accounts.sign_in": AliyunTemplate(code="SMS_1")},
            },
            (LocalCarrier, AliyunCarrier),
        ),
    ],
)
def test_settings_say_who_carries(
    shop: ShopUnderTest, given: dict[str, Any], kinds: tuple[type, type], tmp_path: Path
) -> None:
    settings = Settings(**{"env": Environment.PRODUCTION, "secret": SECRET, "media": tmp_path, **given})
    carriers = outside(settings, shop.outside, None, shop.database.vault, shop.clock)[Carriers]
    assert (type(carriers[MessageKind.EMAIL]), type(carriers[MessageKind.PHONE])) == kinds


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({"smtp_host": "mail.example.org"}, "COMMERCE_MAIL_FROM is needed with COMMERCE_SMTP_HOST"),
        (
            {"smtp_host": "m", "mail_from": "a@b.c", "smtp_user": "shop"},
            "COMMERCE_SMTP_PASSWORD is needed with COMMERCE_SMTP_USER",
        ),
        ({"sms": "twilio", "twilio_account": "AC1"}, "COMMERCE_TWILIO_TOKEN is needed with COMMERCE_SMS"),
        ({"sms": "aliyun", "aliyun_key_id": "k"}, "COMMERCE_ALIYUN_KEY_SECRET is needed with COMMERCE_SMS"),
        ({"wechat_mini_appid": "wx"}, "COMMERCE_WECHAT_MINI_SECRET is needed with COMMERCE_WECHAT_MINI_APPID"),
        ({"oidc": {"Google": {"issuer": "https://a.example", "client_id": "x"}}}, "COMMERCE_OIDC names providers"),
        ({"oidc": {"google": {"issuer": "a.example", "client_id": "x"}}}, "issuer"),
        ({"sms": "pigeon"}, "aliyun"),
    ],
)
def test_settings_that_do_not_go_together_stop_the_start(given: dict[str, Any], missing: str) -> None:
    with pytest.raises(ValidationError, match=missing):
        Settings(secret=SECRET, **given)


def test_settings_come_as_environment_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(
        "COMMERCE_OIDC",
        '{"google": {"issuer": "https://accounts.google.com", "client_id": "a", "client_secret": "hush"}}',
    )
    monkeypatch.setenv(
        "COMMERCE_ALIYUN_TEMPLATES", '{"accounts.sign_in": {"code": "SMS_1", "facts": {"code": "code"}}}'
    )
    monkeypatch.setenv("COMMERCE_SMTP_SECURITY", "starttls")
    settings = Settings(secret=SECRET)
    assert settings.oidc["google"].scopes == ("openid", "email", "profile")
    assert settings.aliyun_templates["accounts.sign_in"].facts == {"code": "code"}
    assert settings.smtp_security is MailSecurity.STARTTLS
    assert "hush" not in repr(settings)


# The page


async def test_developers_read_what_was_written(shop: ShopUnderTest, client: Client, clock: TestClock) -> None:
    assert "None yet." in (await client.http.get("/dev/messages")).text
    await write(shop)
    clock.advance(seconds=1)
    await write(shop, Letter("tests.note", "Later", "<b>Second</b>"), Recipient(MessageKind.PHONE, "+8613812345678"))
    page = await client.http.get("/dev/messages")
    assert page.headers["content-type"].startswith("text/html")
    assert page.text.index("&lt;b&gt;Second&lt;/b&gt;") < page.text.index("Your &lt;code&gt;")
    assert "mei@example.com" in page.text
    assert (page.headers["cache-control"], page.headers["content-security-policy"][:18]) == (
        "no-store",
        "default-src 'none'",
    )
    for answer in (
        await client.http.get("/dev/messages?format=json"),
        await client.http.get("/dev/messages", headers={"accept": "application/json"}),
    ):
        [second, first] = answer.json()["messages"]
        assert (second["subject"], second["kind"], second["recipient"]) == ("Later", "PHONE", "+8613812345678")
        assert (first["text"], first["facts"], first["state"]) == ("123456 is your code", {"code": "123456"}, "QUEUED")


async def test_production_has_no_such_page(shop: ShopUnderTest, settings: Settings) -> None:
    await write(shop)
    shop.settings = settings.model_copy(update={"env": Environment.PRODUCTION})
    http = httpx.AsyncClient(transport=httpx.ASGITransport(app_of(shop)), base_url="http://shop.test")
    for path in ("/dev/messages", "/dev/messages?format=json", "/dev/messages/"):
        answer = await http.get(path)
        assert (answer.status_code, "123456" in answer.text) == (404, False)
    assert not SPOKEN & {CODE.subject}
