"""Those who take messages over, as far as we see of them: a mail server, Aliyun and Twilio. Each can be told to fail."""

import asyncio
import base64
import contextlib
import datetime as dt
import hashlib
import hmac
import json
import re
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import parse_qs, unquote

import httpx
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from commerce.kit.outside import Outside
from commerce.messages.providers import Carrier
from commerce.messages.providers.aliyun import AliyunCarrier, AliyunTemplate
from commerce.messages.providers.smtp import MailServer, SmtpCarrier
from commerce.messages.providers.twilio import TwilioCarrier
from commerce.messages.values import MessageKind, Recipient, Written

SECRET = "a secret of the carrier"
AT = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)


def letter(kind: MessageKind, address: str | None = None, **changed: Any) -> Written:
    """A message as a carrier takes it over."""
    given: dict[str, Any] = {
        "recipient": Recipient(kind, address or {"EMAIL": "mei@example.com", "PHONE": "+8613812345678"}[kind]),
        "template": "accounts.sign_in",
        "facts": {"code": "123456", "minutes": "5"},
        "subject": "您的验证码 — Your code",
        "text": "123456 是您的登录验证码。\nTell it to nobody.\n.\nA line by itself.",
        "locales": ["zh-Hans", "en"],
        "reference": "message_01h455vb4pex5vsknk084sn02q",
        "written_at": AT,
    }
    return Written(**{**given, **changed})


class Desk(Protocol):
    """Where a carrier hands messages in."""

    kind: MessageKind
    carrier: Carrier
    taken: list[Any]

    def refuse(self, *, for_good: bool) -> None:
        """From now on take no message: because of the message, or because of the moment."""
        ...

    def refuse_us(self) -> None:
        """From now on not know the shop any more."""
        ...

    def fall_silent(self) -> None:
        """From now on not answer."""
        ...

    def be_away(self) -> None:
        """From now on not be there."""
        ...


# Mail


@dataclass
class MailFake:
    """A mail server that speaks as much SMTP as is needed, with or without TLS."""

    folder: Path
    security: str = "none"
    kind = MessageKind.EMAIL
    taken: list[EmailMessage] = field(default_factory=list)
    envelopes: list[tuple[str, str]] = field(default_factory=list)
    signed_in: list[tuple[str, str]] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    """What it answers to a command in place of the usual."""
    is_silent: bool = False
    was_encrypted: list[bool] = field(default_factory=list)
    extensions: tuple[str, ...] = ("AUTH PLAIN", "8BITMIME")

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator["MailFake"]:
        self.certificate = certificate_for("localhost", self.folder)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate)
        self.context = context
        self.server = await asyncio.start_server(
            self._serve, "127.0.0.1", 0, ssl=context if self.security == "tls" else None
        )
        port = self.server.sockets[0].getsockname()[1]
        trust = ssl.create_default_context(cafile=str(self.certificate))
        server = MailServer("localhost", port, self.security, "shop", SECRET)
        self.carrier: Carrier = SmtpCarrier(server, "Harbor & Pine 港松 <shop@example.org>", "help@example.org", trust)
        try:
            yield self
        finally:
            self.server.close()

    def refuse(self, *, for_good: bool) -> None:
        self.answers["RCPT"] = "550 5.1.1 mei@example.com is unknown" if for_good else "451 4.7.1 Greylisted, mei"

    def refuse_us(self) -> None:
        self.answers["AUTH"] = "535 5.7.8 Bad credentials"

    def fall_silent(self) -> None:
        self.is_silent = True

    def be_away(self) -> None:
        self.server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            if self.is_silent:
                await reader.read()
            else:
                await _Visit(self, reader, writer).go()
        with contextlib.suppress(ConnectionError, ssl.SSLError):
            writer.close()


class _Visit:
    def __init__(self, fake: MailFake, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.fake, self.reader, self.writer = fake, reader, writer
        self.is_encrypted = fake.security == "tls"
        self.sender = self.recipient = ""

    async def go(self) -> None:
        await self.say(self.fake.answers.get("CONNECT", "220 mail.example.org ESMTP"))
        while line := (await self.reader.readline()).decode():
            command = line[:4].upper().strip()
            answer = self.fake.answers.get(command) or await self.answer(command, line.strip())
            await self.say(answer)
            if command == "STAR" and answer.startswith("220"):
                await self.writer.start_tls(self.fake.context)
                self.is_encrypted = True
            if command == "QUIT" or answer.startswith("421"):
                return

    async def say(self, text: str) -> None:
        self.writer.write(f"{text}\r\n".encode())
        await self.writer.drain()

    async def answer(self, command: str, line: str) -> str:
        match command:
            case "EHLO":
                offers = [*self.fake.extensions, *(["STARTTLS"] if self.fake.security == "starttls" else [])]
                return "\r\n".join([f"250-{one}" for one in ("mail.example.org", *offers)] + ["250 SIZE 1000000"])
            case "AUTH":
                _, user, password = base64.b64decode(line.split()[2]).decode().split("\0")
                self.fake.signed_in.append((user, password))
                return "235 Welcome"
            case "MAIL":
                self.sender = _addressed(line)
            case "RCPT":
                self.recipient = _addressed(line)
            case "DATA":
                return await self.data()
            case "STAR":
                return "220 Go ahead"
            case "QUIT":
                return "221 Bye"
        return "250 OK"

    async def data(self) -> str:
        await self.say("354 Go on")
        lines = []
        while (line := await self.reader.readline()) != b".\r\n":
            lines.append(line[1:] if line.startswith(b".") else line)
        answer = self.fake.answers.get("TAKE", "250 Taken")
        if answer.startswith("250"):
            message = message_from_bytes(b"".join(lines), policy=default)
            assert isinstance(message, EmailMessage)
            self.fake.taken.append(message)
            self.fake.envelopes.append((self.sender, self.recipient))
            self.fake.was_encrypted.append(self.is_encrypted)
        return answer


def _addressed(line: str) -> str:
    found = re.search(r"<([^>]*)>", line)
    return found[1] if found else ""


def certificate_for(host: str, folder: Path) -> Path:
    """A certificate that signs itself, and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "certificate.pem"
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(pem + made.public_bytes(Encoding.PEM))
    return path


# Text messages


class _Http:
    """What both services for text messages have in common here."""

    kind = MessageKind.PHONE
    carrier: Carrier

    def __init__(self) -> None:
        self.taken: list[dict[str, str]] = []
        self.answer: tuple[int, dict[str, Any]] | None = None
        self.is_away = self.is_silent = False
        self.way = Outside()
        self.way.mounts = {"all://": httpx.MockTransport(self._receive)}

    def fall_silent(self) -> None:
        self.is_silent = True

    def be_away(self) -> None:
        self.is_away = True

    async def _receive(self, request: httpx.Request) -> httpx.Response:
        if self.is_away:
            raise httpx.ConnectError(f"cannot reach {request.url}", request=request)
        if self.is_silent:
            await asyncio.sleep(30)
        status, document = self.answer or self.take(request)
        return httpx.Response(status, json=document)

    def take(self, request: httpx.Request) -> tuple[int, dict[str, Any]]:
        raise NotImplementedError


class AliyunFake(_Http):
    """Aliyun's short messages, with a signature that is computed here from what arrives."""

    KEY_ID = "LTAI-of-the-shop"

    def __init__(self) -> None:
        super().__init__()
        templates = {"accounts.sign_in": AliyunTemplate("SMS_100001", {"code": "code", "time": "minutes"})}
        self.nonces: set[str] = set()
        self.carrier = AliyunCarrier(
            self.way, lambda: AT, "https://sms.example.com", self.KEY_ID, SECRET, "海港与松", templates
        )

    def take(self, request: httpx.Request) -> tuple[int, dict[str, Any]]:
        headers, raw = request.headers, request.url.query.decode()
        found = re.fullmatch(
            r"ACS3-HMAC-SHA256 Credential=([^,]+),SignedHeaders=([^,]+),Signature=([0-9a-f]{64})",
            headers["authorization"],
        )
        assert found is not None
        signed = "".join(f"{name}:{headers[name]}\n" for name in found[2].split(";"))
        body = hashlib.sha256(request.content).hexdigest()
        assert headers["x-acs-content-sha256"] == body
        whole = hashlib.sha256(f"{request.method}\n/\n{raw}\n{signed}\n{found[2]}\n{body}".encode()).hexdigest()
        mac = hmac.new(SECRET.encode(), f"ACS3-HMAC-SHA256\n{whole}".encode(), hashlib.sha256).hexdigest()
        if found[1] != self.KEY_ID or mac != found[3] or sorted(raw.split("&")) != raw.split("&"):
            return 400, {"Code": "SignatureDoesNotMatch", "Message": "no"}
        if headers["x-acs-signature-nonce"] in self.nonces:
            return 400, {"Code": "SignatureNonceUsed", "Message": "no"}
        self.nonces.add(headers["x-acs-signature-nonce"])
        assert (headers["x-acs-action"], headers["x-acs-version"]) == ("SendSms", "2017-05-25")
        self.taken.append({name: unquote(value) for name, _, value in (one.partition("=") for one in raw.split("&"))})
        return 200, {"Code": "OK", "Message": "OK", "BizId": "1", "RequestId": "2"}

    def refuse(self, *, for_good: bool) -> None:
        code = "isv.MOBILE_NUMBER_ILLEGAL" if for_good else "isv.BUSINESS_LIMIT_CONTROL"
        self.answer = 200, {"Code": code, "Message": "13812345678 is not right", "RequestId": "2"}

    def refuse_us(self) -> None:
        self.answer = 404, {"Code": "InvalidAccessKeyId.NotFound", "Message": "no"}


class TwilioFake(_Http):
    """Twilio's messages."""

    ACCOUNT = "AC0123456789"

    def __init__(self) -> None:
        super().__init__()
        self.carrier = TwilioCarrier(self.way, "https://sms.example.com", self.ACCOUNT, SECRET, "+15005550006")

    def take(self, request: httpx.Request) -> tuple[int, dict[str, Any]]:
        account = base64.b64encode(f"{self.ACCOUNT}:{SECRET}".encode()).decode()
        assert request.url.path == f"/2010-04-01/Accounts/{self.ACCOUNT}/Messages.json"
        if request.headers["authorization"] != f"Basic {account}":
            return 401, {"code": 20003, "message": "Authenticate"}
        assert request.headers["content-type"] == "application/x-www-form-urlencoded"
        self.taken.append({name: values[0] for name, values in parse_qs(request.content.decode()).items()})
        return 201, {"sid": "SM1", "status": "queued"}

    def refuse(self, *, for_good: bool) -> None:
        status, code = (400, 21211) if for_good else (429, 20429)
        self.answer = status, {"code": code, "message": "The 'To' number +8613812345678 is not valid", "status": status}

    def refuse_us(self) -> None:
        self.answer = 401, {"code": 20003, "message": "Authenticate", "status": 401}


def filled_in(sent: dict[str, str]) -> Any:
    """What Aliyun puts into the template."""
    return json.loads(sent["TemplateParam"])
