"""WeChat: people who come by a mini-program, and by a page within WeChat (H5) or on a desk.

WeChat answers with status 200 and `text/plain`, whatever happened; what did, stands in `errcode`.
"""

from typing import Any, TypeGuard
from urllib.parse import urlencode

import structlog

from commerce.accounts.errors import (
    ProviderDeclined,
    ProviderNotStarted,
    ProviderRejected,
    ProviderTooOften,
    ProviderUnavailable,
)
from commerce.accounts.providers.wechat_token import AccessToken, TokenRejected, WechatApp
from commerce.accounts.values import PHONE, IdentityKind, Proof, ProviderKind, Shown, Visit, Vouched
from commerce.directory.phones import normal_phone
from commerce.kit.errors import Refusal
from commerce.kit.outside import Outside, Unanswered

BUSY = -1
LONGEST_NAME = 255
TRIES = 2
"""How often WeChat is asked that says it is busy: it has then not looked at the code."""
_REFUSALS: dict[int, type[Refusal]] = {
    40029: ProviderRejected,  # no code of this app, or an old one
    40163: ProviderRejected,  # used before
    45011: ProviderTooOften,  # more than 100 times a minute for one person
    40226: ProviderDeclined,  # somebody whom WeChat holds for a risk
}
_STALE_TOKEN = (40001, 42001)
NO_NICKNAME = "微信用户"
"""What WeChat calls everybody who has not given their name away."""

log = structlog.get_logger()


class _Api:
    """WeChat's answers as they are meant."""

    def __init__(self, outside: Outside, base: str, title: str) -> None:
        self.outside = outside
        self.base = base.rstrip("/")
        self.title = title

    async def asked(self, method: str, path: str, field: str, **given: Any) -> dict[str, Any]:
        """What WeChat answers if all went well. `field` is what is to blame if it did not."""
        for _ in range(TRIES):
            said = await self._said(method, path, field, **given)
            code = said.get("errcode", 0)
            if code == 0:
                return said
            if code in _STALE_TOKEN:
                raise TokenRejected
            if code != BUSY:
                break
        raise self._refusal(code, path, field)

    async def _said(self, method: str, path: str, field: str, **given: Any) -> dict[str, Any]:
        try:
            return (await self.outside.ask(method, f"{self.base}{path}", **given)).document()
        except Unanswered as error:
            log.warning("identity provider did not answer", provider=self.title, host=error.host, reason=error.reason)
            raise ProviderUnavailable(field, provider=self.title) from None

    def _refusal(self, code: object, path: str, field: str) -> Refusal:
        kind = _REFUSALS.get(code, ProviderUnavailable) if isinstance(code, int) else ProviderUnavailable
        if kind is ProviderUnavailable:  # how we are set up, or how WeChat is: nothing that the person did
            log.error("identity provider refused us", provider=self.title, path=path, errcode=code)
        return kind(field, provider=self.title)


def _proof(app: WechatApp, said: dict[str, Any], title: str, name: str | None = None) -> Proof:
    subject, union = said.get("openid"), said.get("unionid")
    if not _is_name(subject):
        raise ProviderUnavailable("code", provider=title)
    return Proof(IdentityKind.WECHAT, f"wechat:{app.appid}", subject, union if _is_name(union) else None, name)


def _is_name(given: object) -> TypeGuard[str]:
    """Whether something can be what WeChat calls somebody."""
    return isinstance(given, str) and 0 < len(given) <= LONGEST_NAME and given.isprintable()


class WechatMini:
    """A mini-program: its code of `wx.login` says who somebody is, one of `getPhoneNumber` which phone is theirs."""

    kind = ProviderKind.WECHAT_MINI
    has_page = False

    def __init__(self, app: WechatApp, outside: Outside, base: str, token: AccessToken, name: str, title: str) -> None:
        self.app = app
        self.name = name
        self.title = title
        self._token = token
        self._api = _Api(outside, base, title)

    async def start(self, visit: Visit) -> str:  # noqa: ARG002  (as all providers are asked)
        """Nobody is sent anywhere: the mini-program is in WeChat already."""
        raise ProviderNotStarted("provider")

    async def prove(self, shown: Shown) -> Vouched:
        """Both codes are used up. The `session_key` that comes with the answer is not kept: nothing here is sealed by it."""
        said = await self._api.asked(
            "GET",
            "/sns/jscode2session",
            "code",
            params={
                "appid": self.app.appid,
                "secret": self.app.secret,
                "js_code": shown.code,
                "grant_type": "authorization_code",
            },
        )
        proof = _proof(self.app, said, self.title)
        phone = await self._phone(shown.phone_code, proof.subject) if shown.phone_code else None
        return Vouched(proof, phone)

    async def _phone(self, code: str, openid: str) -> Proof:
        said = await self._asked_with_token("/wxa/business/getuserphonenumber", {"code": code, "openid": openid})
        info = said.get("phone_info")
        mark = info.get("watermark") if isinstance(info, dict) else None
        if not isinstance(info, dict) or not isinstance(mark, dict) or mark.get("appid") != self.app.appid:
            log.warning("phone number of another app", provider=self.title)
            raise ProviderRejected("phoneCode")
        number = normal_phone(f"+{info.get('countryCode', '')}{info.get('purePhoneNumber', '')}")
        if number is None:
            raise ProviderDeclined("phoneCode", provider=self.title)
        return Proof(IdentityKind.PHONE, PHONE, number)

    async def _asked_with_token(self, path: str, document: dict[str, str]) -> dict[str, Any]:
        """Ask with our access token, and once more with the next if WeChat no longer takes this one."""
        try:
            token = await self._token.present()
            try:
                return await self._api.asked(
                    "POST", path, "phoneCode", params={"access_token": token}, document=document
                )
            except TokenRejected:
                token = await self._token.after(token)
                return await self._api.asked(
                    "POST", path, "phoneCode", params={"access_token": token}, document=document
                )
        except (TokenRejected, Unanswered) as error:
            log.warning("no access token", provider=self.title, reason=type(error).__name__)
            raise ProviderUnavailable("phoneCode", provider=self.title) from None


class WechatWeb:
    """A page: people are sent to WeChat and come back with a code. Within WeChat (H5), or by a QR code on a desk."""

    kind = ProviderKind.WECHAT_WEB
    has_page = True

    def __init__(
        self, app: WechatApp, outside: Outside, base: str, pages: str, scope: str, name: str, title: str
    ) -> None:
        self.app = app
        self.name = name
        self.title = title
        self._pages = pages.rstrip("/")
        self._scope = scope
        self._api = _Api(outside, base, title)

    async def start(self, visit: Visit) -> str:
        """WeChat wants these parameters in this order, and a fragment that leads nowhere."""
        path = "/connect/qrconnect" if self._scope == "snsapi_login" else "/connect/oauth2/authorize"
        asked = {
            "appid": self.app.appid,
            "redirect_uri": visit.return_url,
            "response_type": "code",
            "scope": self._scope,
            "state": visit.state,
        }
        return f"{self._pages}{path}?{urlencode(asked)}#wechat_redirect"

    async def prove(self, shown: Shown) -> Vouched:
        """Only those who agreed to be known (`snsapi_userinfo`) come with the unionid that joins them to the mini-program."""
        said = await self._api.asked(
            "GET",
            "/sns/oauth2/access_token",
            "code",
            params={
                "appid": self.app.appid,
                "secret": self.app.secret,
                "code": shown.code,
                "grant_type": "authorization_code",
            },
        )
        if said.get("is_snapshotuser") == 1:  # a made-up person, for those who only look at the page
            raise ProviderDeclined("code", provider=self.title)
        if self._scope == "snsapi_base":
            return Vouched(_proof(self.app, said, self.title))
        return Vouched(await self._known(said))

    async def _known(self, said: dict[str, Any]) -> Proof:
        bare = _proof(self.app, said, self.title)
        try:
            info = await self._api.asked(
                "GET",
                "/sns/userinfo",
                "code",
                params={"access_token": str(said.get("access_token", "")), "openid": bare.subject, "lang": "zh_CN"},
            )
        except TokenRejected:
            raise ProviderUnavailable("code", provider=self.title) from None
        if info.get("openid") != bare.subject:
            raise ProviderRejected("code")
        return _proof(self.app, {**said, **info}, self.title, _nickname(info.get("nickname")))


def _nickname(given: object) -> str | None:
    name = "".join(letter for letter in given if letter.isprintable()).strip()[:100] if isinstance(given, str) else ""
    return name if name and name != NO_NICKNAME else None
