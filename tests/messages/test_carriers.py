"""What holds for everyone who carries messages, and what for each of them."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest

from commerce.messages.errors import NotCarried
from commerce.messages.providers.aliyun import canonical_query, signed_headers
from commerce.messages.providers.local import LocalCarrier, NoCarrier
from commerce.messages.providers.smtp import MailServer, SmtpCarrier
from commerce.messages.providers.twilio import TwilioCarrier
from commerce.messages.values import MessageKind
from tests.messages.desks import SECRET, AliyunFake, Desk, MailFake, TwilioFake, filled_in, letter

PERSONAL = ("mei", "13812345678", "123456", SECRET)


@pytest.fixture(params=["mail", "mail by TLS", "mail by STARTTLS", "aliyun", "twilio"])
async def desk(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    monkeypatch.setattr("commerce.messages.providers.smtp.PATIENCE", 0.5)
    monkeypatch.setattr("commerce.kit.outside.PATIENCE", 0.5)
    mail = {"mail": "none", "mail by TLS": "tls", "mail by STARTTLS": "starttls"}
    async with AsyncExitStack() as stack:
        if request.param in mail:
            yield await stack.enter_async_context(MailFake(tmp_path, mail[request.param]).open())
        else:
            yield {"aliyun": AliyunFake, "twilio": TwilioFake}[request.param]()


async def not_carried(desk: Desk) -> NotCarried:
    """Why the desk did not take a message; what is kept of it says nothing of the person."""
    with pytest.raises(NotCarried) as caught:
        await desk.carrier.carry(letter(desk.kind))
    assert desk.taken == []
    said = f"{caught.value} {caught.value.reason}".lower()
    assert not [word for word in PERSONAL if word in said]
    assert caught.value.__cause__ is None
    return caught.value


# For all


async def test_message_is_taken(desk: Desk) -> None:
    await desk.carrier.carry(letter(desk.kind))
    await desk.carrier.carry(letter(desk.kind))
    assert len(desk.taken) == 2


async def test_refusal_for_good_is_final(desk: Desk) -> None:
    desk.refuse(for_good=True)
    assert (await not_carried(desk)).is_final


async def test_refusal_for_the_moment_is_not(desk: Desk) -> None:
    desk.refuse(for_good=False)
    assert not (await not_carried(desk)).is_final


async def test_shop_that_is_set_up_wrongly_loses_no_message(desk: Desk) -> None:
    desk.refuse_us()
    assert not (await not_carried(desk)).is_final


async def test_silence_is_given_up(desk: Desk) -> None:
    desk.fall_silent()
    assert not (await not_carried(desk)).is_final


async def test_nobody_there_is_tried_again(desk: Desk) -> None:
    desk.be_away()
    assert not (await not_carried(desk)).is_final


# Mail


@pytest.fixture
async def mail(tmp_path: Path) -> AsyncIterator[MailFake]:
    async with MailFake(tmp_path).open() as fake:
        yield fake


async def test_mail_is_written_as_mail_programs_read_it(mail: MailFake) -> None:
    sent = letter(MessageKind.EMAIL)
    await mail.carrier.carry(sent)
    [message] = mail.taken
    assert message["subject"] == "您的验证码 — Your code"
    assert message["from"].addresses[0].display_name == "Harbor & Pine 港松"
    assert (message["from"].addresses[0].addr_spec, message["to"]) == ("shop@example.org", "mei@example.com")
    assert message["reply-to"] == "help@example.org"
    assert message["date"].datetime == sent.written_at
    assert message["message-id"] == "<message_01h455vb4pex5vsknk084sn02q@example.org>"
    assert message["auto-submitted"] == "auto-generated"
    assert message["content-language"] == "zh-Hans"
    assert message.get_content_type() == "text/plain"
    assert message.get_content().replace("\r\n", "\n").rstrip() == sent.text
    assert mail.envelopes == [("shop@example.org", "mei@example.com")]
    assert mail.signed_in == [("shop", SECRET)]


async def test_headers_cannot_be_smuggled_in(mail: MailFake) -> None:
    subject = "Hello\r\nBcc: all@example.com\n\nA text"
    await mail.carrier.carry(letter(MessageKind.EMAIL, subject=subject))
    assert (mail.taken[0]["bcc"], mail.envelopes[0][1]) == (None, "mei@example.com")
    for address in (
        "mei@example.com\r\nBcc: all@example.com",
        "mei@example.com, all@example.com",
        "no address",
        "a@b@c",
    ):
        with pytest.raises(NotCarried) as caught:
            await mail.carrier.carry(letter(MessageKind.EMAIL, address))
        assert caught.value.is_final
    assert len(mail.taken) == 1
    await mail.carrier.carry(letter(MessageKind.EMAIL, "mei,lin@example.com"))
    assert mail.envelopes[1:] == [("shop@example.org", '"mei,lin"@example.com')]


async def test_address_beyond_ascii_needs_a_server_that_knows_them(mail: MailFake) -> None:
    with pytest.raises(NotCarried) as caught:
        await mail.carrier.carry(letter(MessageKind.EMAIL, "美@example.com"))
    assert caught.value.is_final
    mail.extensions = (*mail.extensions, "SMTPUTF8")
    await mail.carrier.carry(letter(MessageKind.EMAIL, "美@example.com"))
    assert mail.envelopes == [("shop@example.org", "美@example.com")]


async def test_content_that_is_refused_is_refused_for_good(mail: MailFake) -> None:
    mail.answers["TAKE"] = "554 5.7.1 Looks like spam"
    with pytest.raises(NotCarried) as caught:
        await mail.carrier.carry(letter(MessageKind.EMAIL))
    assert caught.value.is_final
    mail.answers["TAKE"] = "452 4.3.1 Full"
    with pytest.raises(NotCarried) as caught:
        await mail.carrier.carry(letter(MessageKind.EMAIL))
    assert not caught.value.is_final


@pytest.mark.parametrize("command", ["CONNECT", "MAIL"])
async def test_server_that_does_not_want_us_may_do_so_later(mail: MailFake, command: str) -> None:
    mail.answers[command] = "554 5.7.1 Not from you"
    with pytest.raises(NotCarried) as caught:
        await mail.carrier.carry(letter(MessageKind.EMAIL))
    assert not caught.value.is_final


async def test_mail_that_was_taken_is_not_sent_again_because_of_the_good_bye(mail: MailFake) -> None:
    mail.answers["QUIT"] = "421 4.0.0 Gone"
    await mail.carrier.carry(letter(MessageKind.EMAIL))
    assert len(mail.taken) == 1


async def test_password_is_told_only_where_nobody_listens(tmp_path: Path) -> None:
    async with MailFake(tmp_path, "starttls").open() as fake:
        await fake.carrier.carry(letter(MessageKind.EMAIL))
        assert fake.was_encrypted == [True]
        fake.security = "none"  # somebody on the way takes the offer out
        with pytest.raises(NotCarried) as caught:
            await fake.carrier.carry(letter(MessageKind.EMAIL))
        assert (caught.value.is_final, len(fake.signed_in)) == (False, 1)


async def test_server_with_a_certificate_of_another_is_not_spoken_to(tmp_path: Path) -> None:
    async with MailFake(tmp_path, "tls").open() as fake:
        server = fake.carrier.server  # type: ignore[attr-defined]
        for carrier in (
            SmtpCarrier(server, "shop@example.org"),
            SmtpCarrier(
                MailServer("127.0.0.1", server.port, "tls"),
                "shop@example.org",
                trust=fake.carrier.trust,  # type: ignore[attr-defined]
            ),
        ):
            with pytest.raises(NotCarried) as caught:
                await carrier.carry(letter(MessageKind.EMAIL))
            assert not caught.value.is_final
        assert (fake.taken, fake.signed_in) == ([], [])


# Text messages


async def test_aliyun_fills_in_the_template_that_is_set_up() -> None:
    desk = AliyunFake()
    await desk.carrier.carry(letter(MessageKind.PHONE))
    await desk.carrier.carry(letter(MessageKind.PHONE, "+12025550143"))
    assert filled_in(desk.taken[0]) == {"code": "123456", "time": "5"}
    assert desk.taken[0] | {"TemplateParam": ""} == {
        "OutId": "message_01h455vb4pex5vsknk084sn02q",
        "PhoneNumbers": "13812345678",
        "SignName": "海港与松",
        "TemplateCode": "SMS_100001",
        "TemplateParam": "",
    }
    assert desk.taken[1]["PhoneNumbers"] == "12025550143"


async def test_aliyun_sends_nothing_without_a_template() -> None:
    desk = AliyunFake()
    with pytest.raises(NotCarried) as caught:
        await desk.carrier.carry(letter(MessageKind.PHONE, template="accounts.no_account"))
    assert (caught.value.reason, caught.value.is_final) == ("no template is set up for accounts.no_account", True)
    assert desk.taken == []


def test_aliyun_signature_is_that_of_its_own_example() -> None:
    asked = {"RegionId": "cn-shanghai", "ImageId": "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd"}
    headers = signed_headers(
        "ecs.cn-shanghai.aliyuncs.com",
        canonical_query(asked),
        "3156853299f313e23d1673dc12e1703d",
        datetime(2023, 10, 26, 10, 22, 32, tzinfo=UTC),
        "YourAccessKeyId",
        "YourAccessKeySecret",
        "RunInstances",
        "2014-05-26",
    )
    assert headers["Authorization"].endswith(
        "Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"
    )


async def test_twilio_gets_the_text_from_a_number_or_a_service() -> None:
    desk = TwilioFake()
    await desk.carrier.carry(letter(MessageKind.PHONE))
    assert desk.taken == [
        {"To": "+8613812345678", "From": "+15005550006", "Body": letter(MessageKind.PHONE).text},
    ]
    service = TwilioCarrier(desk.way, "https://sms.example.com", desk.ACCOUNT, SECRET, "MG0123456789")
    await service.carry(letter(MessageKind.PHONE))
    assert desk.taken[1]["MessagingServiceSid"] == "MG0123456789"
    assert "From" not in desk.taken[1]


# None


async def test_local_carrier_leaves_messages_where_they_are_and_no_carrier_says_so() -> None:
    await LocalCarrier().carry(letter(MessageKind.EMAIL))
    with pytest.raises(NotCarried) as caught:
        await NoCarrier().carry(letter(MessageKind.EMAIL))
    assert (caught.value.reason, caught.value.is_final) == ("no carrier is set up", True)
