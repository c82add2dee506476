"""E-mail, by SMTP."""

import re
from contextlib import suppress
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from typing import TYPE_CHECKING

from commerce.messages.errors import NotCarried
from commerce.messages.values import Written

if TYPE_CHECKING:
    import ssl

    import aiosmtplib

_DOMAIN = re.compile(r"[\w-]+(?:\.[\w-]+)+")
PATIENCE = 15.0
"""Seconds for each step, so that one try ends before the queue gives it up."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where e-mails are handed in."""

    host: str
    port: int
    security: str
    """`tls` from the first byte, `starttls`, or `none` for a server on the same machine."""
    user: str = ""
    password: str = field(default="", repr=False)


class SmtpCarrier:
    """Hands e-mails to a mail server. What it says for good (5xx) is final, what it says for now (4xx) is tried again."""

    def __init__(
        self, server: MailServer, sender: str, reply_to: str = "", trust: "ssl.SSLContext | None" = None
    ) -> None:
        self.server = server
        self.trust = trust
        self.sender = sender
        self.reply_to = reply_to

    async def carry(self, message: Written) -> None:
        """Each try at a message has the same Message-ID, by which mailboxes know that it is the same."""
        import aiosmtplib  # noqa: PLC0415  (only workers carry)

        try:
            letter = self._letter(message)
        except ValueError:
            raise NotCarried("no e-mail address", is_final=True) from None
        try:
            await self._hand_in(letter)
        except aiosmtplib.SMTPRecipientsRefused as error:
            code = error.recipients[0].code
            raise NotCarried(f"recipient refused, {code}", is_final=code >= 500) from None
        except aiosmtplib.SMTPDataError as error:
            raise NotCarried(f"content refused, {error.code}", is_final=error.code >= 500) from None
        except aiosmtplib.SMTPNotSupported:
            is_beyond = not message.recipient.address.isascii()
            raise NotCarried("beyond what the server can", is_final=is_beyond) from None
        except aiosmtplib.SMTPResponseException as error:  # about us, not about the message: it is worth another try
            raise NotCarried(f"{type(error).__name__}, {error.code}") from None
        except (aiosmtplib.SMTPException, OSError) as error:
            raise NotCarried(type(error).__name__) from None

    async def _hand_in(self, letter: EmailMessage) -> None:
        """Once the server has taken it, it has, however the two part."""
        connection = self._connection()
        try:
            await connection.connect()
            await connection.send_message(letter)
            with suppress(Exception):
                await connection.quit()
        finally:
            connection.close()

    def _connection(self) -> "aiosmtplib.SMTP":
        import aiosmtplib  # noqa: PLC0415

        server = self.server
        return aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            use_tls=server.security == "tls",
            start_tls=server.security == "starttls",
            username=server.user or None,
            password=server.password or None,
            timeout=PATIENCE,
            tls_context=self.trust,
        )

    def _letter(self, message: Written) -> EmailMessage:
        letter = EmailMessage(policy=SMTP)
        letter["From"] = _address(self.sender)
        letter["To"] = _recipient(message.recipient.address)
        letter["Subject"] = " ".join(message.subject.split())
        letter["Message-ID"] = f"<{message.reference}@{_address(self.sender).domain}>"
        letter["Date"] = message.written_at
        letter["Auto-Submitted"] = "auto-generated"  # RFC 3834: machines do not answer
        if self.reply_to:
            letter["Reply-To"] = _address(self.reply_to)
        letter.set_content(message.text)
        if message.locales:
            letter["Content-Language"] = message.locales[0]
        return letter


def _address(text: str) -> Address:
    name, spec = parseaddr(text)
    return Address(display_name=name, addr_spec=spec)


def _recipient(text: str) -> Address:
    """One address, and nothing that a mail program would take for more; ValueError for what is none."""
    username, _, domain = text.rpartition("@")
    if not username or "@" in username or not username.isprintable() or not _DOMAIN.fullmatch(domain):
        raise ValueError
    return Address(username=username, domain=domain)
