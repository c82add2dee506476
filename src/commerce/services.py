"""Whom the shop asks outside, as its settings say: those who vouch for people, and those who carry messages."""

from collections.abc import Iterator
from typing import Any

import redis.asyncio as redis

from commerce.accounts.providers import IdentityProvider, IdentityProviders
from commerce.accounts.providers.oidc import Oidc, OidcClient
from commerce.accounts.providers.wechat import WechatMini, WechatWeb
from commerce.accounts.providers.wechat_token import AccessToken, WechatApp
from commerce.accounts.values import ReturnPlaces
from commerce.kit.clock import Clock
from commerce.kit.outside import Outside
from commerce.kit.sealing import Vault
from commerce.messages.providers import Carrier, Carriers
from commerce.messages.providers.aliyun import AliyunCarrier, AliyunTemplate
from commerce.messages.providers.local import LocalCarrier, NoCarrier
from commerce.messages.providers.twilio import TwilioCarrier
from commerce.settings import OidcSettings, Settings

WECHAT_TITLES = {"wechat_mini": "WeChat", "wechat_web": "WeChat"}


def outside(
    settings: Settings, way: Outside, cache: "redis.Redis | None", vault: Vault, clock: Clock
) -> dict[type[Any], Any]:
    """What modules find in `context[...]` of the world outside."""
    return {
        IdentityProviders: IdentityProviders(_identity_providers(settings, way, cache, vault, clock)),
        ReturnPlaces: return_places(settings),
        Carriers: Carriers(email=_mail(settings), phone=_texts(settings, way, clock)),
    }


def return_places(settings: Settings) -> ReturnPlaces:
    """People come back to pages that may call the API. In production `*` is no place."""
    named = tuple(origin for origin in settings.origins if origin != "*")
    return ReturnPlaces((*named, settings.public_url), is_open=settings.is_dev and "*" in settings.origins)


def _identity_providers(
    settings: Settings, way: Outside, cache: "redis.Redis | None", vault: Vault, clock: Clock
) -> Iterator[IdentityProvider]:
    base = settings.wechat_url
    if settings.wechat_mini_appid:
        app = WechatApp(settings.wechat_mini_appid, settings.wechat_mini_secret.get_secret_value())
        token = AccessToken(app, way, base, cache, vault, clock)
        yield WechatMini(app, way, base, token, "wechat_mini", WECHAT_TITLES["wechat_mini"])
    if settings.wechat_web_appid:
        app = WechatApp(settings.wechat_web_appid, settings.wechat_web_secret.get_secret_value())
        pages, scope = settings.wechat_pages_url, settings.wechat_web_scope
        yield WechatWeb(app, way, base, pages, scope, "wechat_web", WECHAT_TITLES["wechat_web"])
    for name, given in settings.oidc.items():
        yield Oidc(_oidc_client(given), way, clock, name, given.title or name.title())


def _oidc_client(given: OidcSettings) -> OidcClient:
    return OidcClient(
        given.issuer,
        given.client_id,
        given.client_secret.get_secret_value(),
        given.client_key.get_secret_value(),
        given.key_id,
        given.team,
        given.scopes,
        given.parameters,
    )


def _mail(settings: Settings) -> Carrier:
    if not settings.smtp_host:
        return _none(settings)
    from commerce.messages.providers.smtp import MailServer, SmtpCarrier  # noqa: PLC0415  (only where there is one)

    server = MailServer(
        settings.smtp_host,
        settings.smtp_port,
        settings.smtp_security.value,
        settings.smtp_user,
        settings.smtp_password.get_secret_value(),
    )
    return SmtpCarrier(server, settings.mail_from, settings.mail_reply_to)


def _texts(settings: Settings, way: Outside, clock: Clock) -> Carrier:
    if settings.sms == "aliyun":
        templates = {name: AliyunTemplate(one.code, one.facts) for name, one in settings.aliyun_templates.items()}
        secret = settings.aliyun_key_secret.get_secret_value()
        return AliyunCarrier(
            way, clock, settings.aliyun_url, settings.aliyun_key_id, secret, settings.aliyun_sign, templates
        )
    if settings.sms == "twilio":
        token = settings.twilio_token.get_secret_value()
        return TwilioCarrier(way, settings.twilio_url, settings.twilio_account, token, settings.twilio_from)
    return _none(settings)


def _none(settings: Settings) -> Carrier:
    """At a developer's desk messages are read at `/dev/messages`; anywhere else they would be lost, and must be seen to be."""
    return LocalCarrier() if settings.is_dev else NoCarrier()
