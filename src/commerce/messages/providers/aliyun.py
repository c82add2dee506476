"""Text messages by Aliyun (阿里云短信): the text is a template that was approved there, filled in with our facts.

Signature of version 3: https://help.aliyun.com/zh/sdk/product-overview/v3-request-structure-and-signature
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urlsplit

from commerce.kit.clock import Clock
from commerce.kit.outside import Outside, Unanswered
from commerce.messages.errors import NotCarried
from commerce.messages.values import Written

ACTION, VERSION = "SendSms", "2017-05-25"
ALGORITHM = "ACS3-HMAC-SHA256"
_PASSING = (
    "isp.", "Throttling", "ServiceUnavailable", "InternalError",  # theirs to mend
    "isv.BUSINESS_LIMIT_CONTROL",  # the number has had enough for the minute, the hour or the day
    "isv.AMOUNT_NOT_ENOUGH", "isv.OUT_OF_SERVICE", "InvalidAccessKeyId", "SignatureDoesNotMatch", "Forbidden",  # ours
)  # fmt: skip
"""How codes begin after which another try may end in another way."""


@dataclass(frozen=True, slots=True)
class AliyunTemplate:
    """A template that Aliyun has approved, and our fact for each of its variables."""

    code: str
    facts: Mapping[str, str]


class AliyunCarrier:
    """Hands text messages to Aliyun."""

    def __init__(
        self,
        way: Outside,
        clock: Clock,
        url: str,
        key_id: str,
        secret: str,
        sign: str,
        templates: Mapping[str, AliyunTemplate],
    ) -> None:
        self._way = way
        self._clock = clock
        self._url = url.rstrip("/")
        self._key_id = key_id
        self._secret = secret
        self._sign = sign
        self._templates = templates

    async def carry(self, message: Written) -> None:
        """`OutId` is the same for each try, and comes back in Aliyun's reports."""
        template = self._templates.get(message.template)
        if template is None:
            raise NotCarried(f"no template is set up for {message.template}", is_final=True)
        filled = {variable: message.facts[fact] for variable, fact in template.facts.items() if fact in message.facts}
        query = {
            "PhoneNumbers": message.recipient.address.removeprefix("+86").removeprefix("+"),
            "SignName": self._sign,
            "TemplateCode": template.code,
            "TemplateParam": json.dumps(filled, ensure_ascii=False, separators=(",", ":")),
            "OutId": message.reference,
        }
        await self._send(canonical_query(query))

    async def _send(self, canonical: str) -> None:
        nonce, host = secrets.token_hex(16), urlsplit(self._url).netloc
        headers = signed_headers(host, canonical, nonce, self._clock(), self._key_id, self._secret)
        try:
            answer = await self._way.ask("POST", f"{self._url}/?{canonical}", headers=headers)
            said = answer.document()
        except Unanswered as error:
            raise NotCarried(error.reason) from None
        code = str(said.get("Code", answer.status))
        if code != "OK":
            is_passing = answer.status >= 500 or code.startswith(_PASSING)
            raise NotCarried(code[:100], is_final=not is_passing)


def canonical_query(query: Mapping[str, str]) -> str:
    """Parameters in the order of their names, as the signature wants them."""
    return "&".join(f"{_quoted(name)}={_quoted(query[name])}" for name in sorted(query))


def _quoted(text: str) -> str:
    return quote(text, safe="-_.~")


def signed_headers(
    host: str,
    canonical: str,
    nonce: str,
    now: datetime,
    key_id: str,
    secret: str,
    action: str = ACTION,
    version: str = VERSION,
) -> dict[str, str]:
    """The headers of a request without a body, with the signature over all of it."""
    digest = hashlib.sha256(b"").hexdigest()
    headers = {
        "host": host,
        "x-acs-action": action,
        "x-acs-content-sha256": digest,
        "x-acs-date": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "x-acs-signature-nonce": nonce,
        "x-acs-version": version,
    }
    names = ";".join(sorted(headers))
    lines = "".join(f"{name}:{headers[name].strip()}\n" for name in sorted(headers))
    asked = f"POST\n/\n{canonical}\n{lines}\n{names}\n{digest}"
    signed = f"{ALGORITHM}\n{hashlib.sha256(asked.encode()).hexdigest()}"
    signature = hmac.new(secret.encode(), signed.encode(), hashlib.sha256).hexdigest()
    headers["Authorization"] = f"{ALGORITHM} Credential={key_id},SignedHeaders={names},Signature={signature}"
    return headers
