"""Every environment variable of the shop, read once. Only `app`, `worker`, `cli` and migrations load it."""

import contextlib
import os
import re
import secrets
import tempfile
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

SHORTEST_SECRET = 32


class SettingsError(Exception):
    """A setting that the shop cannot run with; the text says which, and what to do."""


class Environment(StrEnum):
    """Where the shop runs. `dev` shows helpful things that production must not."""

    DEV = "dev"
    PRODUCTION = "production"


class OidcSettings(BaseModel):
    """What a provider of OpenID Connect knows the shop as."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    issuer: str = Field(pattern=r"^https?://[^\s?#]+$")
    client_id: str = Field(min_length=1)
    client_secret: SecretStr = SecretStr("")
    client_key: SecretStr = SecretStr("")
    """A private key (PEM) that signs a secret, as Apple wants it; with `key_id` and `team`."""
    key_id: str = ""
    team: str = ""
    title: str = ""
    """What people call it; its name with a capital letter unless given."""
    scopes: tuple[str, ...] = ("openid", "email", "profile")
    parameters: dict[str, str] = Field(default_factory=dict)
    """What its page is told beside the usual, such as `{"prompt": "select_account"}`."""


class AliyunTemplate(BaseModel):
    """A template that Aliyun has approved, and which of our facts stand where in it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str = Field(pattern=r"^SMS_\d+$")
    facts: dict[str, str] = Field(default_factory=lambda: {"code": "code"})
    """Our fact by the name of the template's variable."""


class MailSecurity(StrEnum):
    """How the way to the mail server is kept from others."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


class StaffMfa(StrEnum):
    """Whether staff members need a second factor."""

    OPTIONAL = "optional"
    REQUIRED = "required"


class Settings(BaseSettings):
    """Settings; each is an environment variable in upper case, such as `COMMERCE_SECRET`."""

    model_config = SettingsConfigDict(env_prefix="COMMERCE_", frozen=True, extra="ignore")

    env: Environment = Environment.PRODUCTION
    database_url: str = Field(default="", validation_alias="DATABASE_URL")
    listen_url: str = ""
    """PostgreSQL's own address where `DATABASE_URL` is that of a PgBouncer, which passes no notifications on."""
    redis_url: str = Field(default="", validation_alias="REDIS_URL")
    secret: SecretStr = SecretStr("")
    """Signs access tokens: at least 32 characters, the same in every process."""
    previous_secrets: SecretStr = SecretStr("")
    """Secrets that signed access tokens until lately, or will from soon, separated by commas: they verify, and never sign."""
    data_secrets: SecretStr = SecretStr("")
    """Seal personal data, each of at least 32 characters, separated by commas: the first seals, all of them open. The
    signing secret serves when none is given."""
    audit_secrets: SecretStr = SecretStr("")
    """Seal the audit log, each of at least 32 characters, separated by commas: the first seals, all of them verify. The
    signing secret serves when none is given."""
    codes_per_address: int = Field(default=300, ge=1)
    """Codes by e-mail and text message that one address may ask for in an hour. Carriers put thousands of phones behind one
    address, and a storefront that is rendered on a server asks for all its visitors: it stops machines, not crowds. What
    a single contact is sent is limited apart from it."""
    admin_password: SecretStr = SecretStr("")
    """Password for `commerce admin create` where nobody can be asked."""
    data: Path = Path(".data")
    """Folder of the embedded database and other local files."""
    media: Path = Path(".data/media")
    """Folder of uploaded and generated pictures."""
    public_url: str = "http://127.0.0.1:8000"
    """Address under which clients reach this server; media addresses begin with it."""
    staff_url: str = ""
    """Address of the page where the merchant's staff accepts invitations; letters hold the bare token when there is none."""
    staff_mfa: StaffMfa = StaffMfa.OPTIONAL
    """Whether staff may do nothing before they have set up a second factor."""
    pool_size: int = Field(default=10, ge=2, le=200)
    statement_timeout: float = Field(default=10.0, gt=0)
    """Seconds after which PostgreSQL stops a statement."""
    query_timeout: float = Field(default=15.0, gt=0)
    """Seconds after which a query is called off as a whole. Mutations run to their end."""
    requests_at_once: int | None = Field(default=None, ge=1)
    """Operations under way at once in one process; more are turned away. Eight for each connection unless set."""
    trusted_documents: Annotated[tuple[Path, ...], NoDecode] = ()
    """Manifests of the documents that clients were built with: files or folders, separated by commas."""
    only_trusted_documents: bool = False
    """Answer nothing but the documents of these manifests."""
    allowed_origins: Annotated[tuple[str, ...], NoDecode] = ()
    """Origins whose pages may call the API, separated by commas; `*` for any. In dev any may unless set."""
    explorer: bool | None = None
    """GraphiQL for browsers at `/graphql`; on in dev, off in production unless set."""
    test_payments: bool | None = None
    """The built-in `test` payment provider; on in dev, off in production unless set."""
    payment_window_minutes: int = Field(default=30, ge=1, le=10080)
    """Minutes after which an unpaid order is called off and gives everything back."""
    erasure_cooling_days: int = Field(default=7, ge=0, le=15)
    """Days after which somebody is forgotten who asked for it; until then they can call it off."""
    compiled: bool = True
    """Whether operations are compiled. Without, graphql-core runs them, many times slower: to find out whose a fault is."""
    introspection: bool = True
    """Whether clients may ask for the schema itself."""
    suggestions: bool | None = None
    """Whether errors guess which field was meant; on in dev, off in production unless set."""
    most_cost: int = Field(default=20_000, ge=1)
    """Points that one operation may cost."""
    rate_maximum: int = Field(default=1_000_000, ge=1)
    """Points that a client may spend at once: an address, or who is signed in. At least `most_cost`."""
    rate_restore: int = Field(default=200_000, ge=1)
    """Points that a client gets back each second."""
    rate_reading: int = Field(default=1, ge=0)
    """Points for each character of a document that this process has not read before."""
    rate_trusted: int = Field(default=5, ge=1, le=1000)
    """How many times as much staff and apps may spend, at once, each second and on one operation."""
    trusted_proxies: str = ""
    """Addresses and networks of proxies, separated by commas, whose `X-Forwarded-For` tells where a client is."""
    live_connections: int = Field(default=2000, ge=0)
    """Sockets and streams that one process keeps open for those who follow something."""
    live_connections_per_address: int = Field(default=100, ge=1)
    """How many of them may come from one address, such as a house or an office."""
    answer_cache: int = Field(default=64, ge=0)
    """Megabytes in which a process keeps answers to public reads; 0 or `off` keeps none."""
    answer_seconds: float = Field(default=30.0, gt=0, le=60)
    """Seconds after which an answer is computed anew even though nothing has changed."""
    cdn_seconds: int = Field(default=30, ge=0)
    """Seconds for which a CDN may hand out the answer to a public GET without asking; 0 lets it ask each time."""
    wechat_mini_appid: str = ""
    """The WeChat mini-program by which people sign in, and its secret."""
    wechat_mini_secret: SecretStr = SecretStr("")
    wechat_web_appid: str = ""
    """The WeChat account (H5) or website app (a desk) by whose page people sign in, and its secret."""
    wechat_web_secret: SecretStr = SecretStr("")
    wechat_web_scope: Literal["snsapi_userinfo", "snsapi_base", "snsapi_login"] = "snsapi_userinfo"
    """What people are asked for there; `snsapi_login` for a website app."""
    wechat_url: str = "https://api.weixin.qq.com"
    wechat_pages_url: str = "https://open.weixin.qq.com"
    oidc: dict[str, OidcSettings] = Field(default_factory=dict)
    """Providers of OpenID Connect by name, as a JSON object."""
    smtp_host: str = ""
    """The mail server that takes e-mails; without one none are carried."""
    smtp_port: int = Field(default=465, ge=1, le=65535)
    smtp_security: MailSecurity = MailSecurity.TLS
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    mail_from: str = ""
    """Whom e-mails are from: `Harbor & Pine <shop@example.com>`."""
    mail_reply_to: str = ""
    sms: Literal["", "aliyun", "twilio"] = ""
    """Who carries text messages; without one none are carried."""
    aliyun_key_id: str = ""
    aliyun_key_secret: SecretStr = SecretStr("")
    aliyun_sign: str = ""
    """The signature (签名) that stands before each text message."""
    aliyun_templates: dict[str, AliyunTemplate] = Field(default_factory=dict)
    """The approved template for each of ours, by its name, as a JSON object."""
    aliyun_url: str = "https://dysmsapi.aliyuncs.com"
    twilio_account: str = ""
    twilio_token: SecretStr = SecretStr("")
    twilio_from: str = ""
    """A number in E.164 form, or the SID of a messaging service."""
    twilio_url: str = "https://api.twilio.com"
    log_level: str = "INFO"

    def signing_secret(self) -> str:
        """The secret that access tokens are signed with. In dev one is made and kept when none is given."""
        given = self.secret.get_secret_value()
        if not given and self.is_dev:
            return _kept_secret(self.data / "secret")
        if len(given) < SHORTEST_SECRET:
            raise SettingsError(f"COMMERCE_SECRET must have at least {SHORTEST_SECRET} characters.")
        return given

    def verifying_secrets(self) -> list[str]:
        """The secrets whose access tokens are taken beside those of the present one."""
        return self._split_secrets("COMMERCE_PREVIOUS_SECRETS", self.previous_secrets)

    def vault_secrets(self) -> list[str]:
        """The secrets that personal data is sealed with, the present one first."""
        return self._several("COMMERCE_DATA_SECRETS", self.data_secrets)

    def notary_secrets(self) -> list[str]:
        """The secrets that the audit log is sealed with, the present one first."""
        return self._several("COMMERCE_AUDIT_SECRETS", self.audit_secrets)

    def _several(self, name: str, given: SecretStr) -> list[str]:
        return self._split_secrets(name, given) or [self.signing_secret(), *self.verifying_secrets()]

    def _split_secrets(self, name: str, given: SecretStr) -> list[str]:
        found = [part.strip() for part in given.get_secret_value().split(",") if part.strip()]
        if any(len(secret) < SHORTEST_SECRET for secret in found):
            raise SettingsError(f"Each of {name} must have at least {SHORTEST_SECRET} characters.")
        return found

    @field_validator("allowed_origins", "trusted_documents", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value

    @model_validator(mode="after")
    def _has_room(self) -> "Settings":
        if self.rate_maximum < self.most_cost:
            raise ValueError("COMMERCE_RATE_MAXIMUM must be at least COMMERCE_MOST_COST.")
        return self

    @model_validator(mode="after")
    def _knows_whom_to_ask(self) -> "Settings":
        """What belongs together is given together: else the first customer would find out."""
        for wanted, because in self._wanted():
            for name in wanted:
                value = getattr(self, name)
                if not (value.get_secret_value() if isinstance(value, SecretStr) else value):
                    raise ValueError(f"COMMERCE_{name.upper()} is needed with COMMERCE_{because.upper()}.")
        if not all(re.fullmatch(r"[a-z][a-z0-9_]{0,31}", name) and "wechat" not in name for name in self.oidc):
            raise ValueError("COMMERCE_OIDC names providers by small letters, digits and underscores.")
        return self

    def _wanted(self) -> Iterator[tuple[tuple[str, ...], str]]:
        if self.wechat_mini_appid:
            yield ("wechat_mini_secret",), "wechat_mini_appid"
        if self.wechat_web_appid:
            yield ("wechat_web_secret",), "wechat_web_appid"
        if self.smtp_host:
            yield ("mail_from",), "smtp_host"
        if self.smtp_user:
            yield ("smtp_password",), "smtp_user"
        if self.sms == "aliyun":
            yield ("aliyun_key_id", "aliyun_key_secret", "aliyun_sign", "aliyun_templates"), "sms"
        if self.sms == "twilio":
            yield ("twilio_account", "twilio_token", "twilio_from"), "sms"

    @field_validator("answer_cache", mode="before")
    @classmethod
    def _off(cls, value: Any) -> Any:
        return 0 if value == "off" else value

    @property
    def direct_url(self) -> str:
        """PostgreSQL's own address, for connections that listen."""
        return self.listen_url or self.database_url

    @property
    def origins(self) -> tuple[str, ...]:
        return self.allowed_origins or (("*",) if self.is_dev else ())

    @property
    def most_requests(self) -> int:
        return self.requests_at_once or 8 * self.pool_size

    @property
    def is_dev(self) -> bool:
        return self.env is Environment.DEV

    @property
    def serves_explorer(self) -> bool:
        return self.is_dev if self.explorer is None else self.explorer

    @property
    def shows_suggestions(self) -> bool:
        return self.is_dev if self.suggestions is None else self.suggestions

    @property
    def takes_test_payments(self) -> bool:
        return self.is_dev if self.test_payments is None else self.test_payments


def _kept_secret(path: Path) -> str:
    """The secret in a file, made once. Processes that start at the same time agree on one."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, fresh = tempfile.mkstemp(dir=path.parent, prefix=".secret-")  # readable by its owner only
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(48))
        with contextlib.suppress(FileExistsError):
            os.link(fresh, path)
        Path(fresh).unlink()
    return path.read_text()
