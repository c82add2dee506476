"""WeChat as far as signing in goes: what it was asked, what it answers, and what it refuses. It forgets nothing.

Answers are `text/plain` with status 200 as WeChat's are. The secret of an app may arrive only where it is asked for.
"""

import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

API = "https://api.weixin.qq.com"
MINI, WEB = "wx00000000000000a1", "wx00000000000000b2"
SECRETS = {MINI: "mini-secret-0123456789abcdef0123", WEB: "web-secret-0123456789abcdef01234"}
CODE_LIFE = 300
TOKEN_LIFE = 7200
TAKES_SECRETS = {"/sns/jscode2session", "/sns/oauth2/access_token", "/cgi-bin/stable_token"}


@dataclass
class Human:
    """Somebody with WeChat. Each app has another name for them."""

    union: str | None
    nickname: str = "微信用户"
    phone: tuple[str, str] = ("86", "13812345678")
    names: dict[str, str] = field(default_factory=dict)
    is_snapshot: bool = False

    def openid(self, appid: str) -> str:
        return self.names.setdefault(appid, f"o{secrets.token_urlsafe(20)}")


@dataclass
class _Code:
    human: Human
    kind: str
    appid: str
    made: float
    is_used: bool = False


class WechatFake:
    """WeChat's servers and the phones of its users, with a clock of their own."""

    def __init__(self) -> None:
        self.now = 0.0
        self.codes: dict[str, _Code] = {}
        self.tokens: dict[str, float] = {}
        self.grants: dict[str, _Code] = {}
        self.errors: list[tuple[str, int]] = []
        """Errors still to come: at which path, and which."""
        self.asked: list[str] = []
        self.secrets_at: set[str] = set()
        self.watermark = MINI
        self.outage: Any = None
        """What happens in place of an answer, if anything: a coroutine function."""
        self.app = Starlette(
            routes=[
                Route("/sns/jscode2session", self.code2session, methods=["GET"]),
                Route("/cgi-bin/stable_token", self.stable_token, methods=["POST"]),
                Route("/wxa/business/getuserphonenumber", self.phone_number, methods=["POST"]),
                Route("/sns/oauth2/access_token", self.web_token, methods=["GET"]),
                Route("/sns/userinfo", self.userinfo, methods=["GET"]),
            ]
        )

    # What users do

    def login(self, human: Human, appid: str = MINI) -> str:
        """`wx.login`: a code for the mini-program."""
        return self._code(human, "login", appid)

    def give_phone(self, human: Human, appid: str = MINI) -> str:
        """The button `getPhoneNumber`: another code."""
        return self._code(human, "phone", appid)

    def agree(self, human: Human, appid: str = WEB) -> str:
        """The page of WeChat, from which somebody comes back with a code."""
        return self._code(human, "web", appid)

    def _code(self, human: Human, kind: str, appid: str) -> str:
        code = f"0{secrets.token_urlsafe(20)}"
        self.codes[code] = _Code(human, kind, appid, self.now)
        return code

    def fail(self, path: str, *errcodes: int) -> None:
        """Have the next requests to a path end so."""
        self.errors += [(path, errcode) for errcode in errcodes]

    def count(self, path: str) -> int:
        return self.asked.count(path)

    # What servers do

    async def code2session(self, request: Request) -> Response:
        asked = request.query_params
        wrong = await self._wrong(request, asked.get("appid"), asked.get("secret"))
        if wrong is None and asked.get("grant_type") != "authorization_code":
            wrong = 40002
        code = self._take(asked.get("js_code", ""), "login", asked.get("appid", "")) if wrong is None else wrong
        if isinstance(code, int):
            return _said({"errcode": code, "errmsg": f"error {code}, rid: fake"})
        known = {"openid": code.human.openid(code.appid), "session_key": secrets.token_urlsafe(18)}
        return _said({**known, **({"unionid": code.human.union} if code.human.union else {})})

    async def stable_token(self, request: Request) -> Response:
        asked = json.loads(await request.body())
        wrong = await self._wrong(request, asked.get("appid"), asked.get("secret"))
        if wrong is not None:
            return _said({"errcode": wrong, "errmsg": "no token"})
        good = [token for token, until in self.tokens.items() if until - self.now > 300]
        if asked.get("force_refresh") or not good:
            self.tokens = {token: until for token, until in self.tokens.items() if not asked.get("force_refresh")}
            good = [f"{len(self.asked)}_{secrets.token_urlsafe(60)}"]
            self.tokens[good[0]] = self.now + TOKEN_LIFE
        return _said({"access_token": good[-1], "expires_in": int(self.tokens[good[-1]] - self.now)})

    async def phone_number(self, request: Request) -> Response:
        asked = json.loads(await request.body())
        wrong = await self._wrong(request)
        token = self.tokens.get(request.query_params.get("access_token", ""))
        if wrong is None and (token is None or token <= self.now):
            wrong = 40001 if token is None else 42001
        code = self._take(asked.get("code", ""), "phone", MINI) if wrong is None else wrong
        if isinstance(code, int):
            return _said({"errcode": code, "errmsg": f"error {code}"})
        if asked.get("openid") not in (None, code.human.openid(MINI)):
            return _said({"errcode": 40013, "errmsg": "code of another user"})
        country, number = code.human.phone
        info = {
            "phoneNumber": number if country == "86" else f"+{country}{number}",
            "purePhoneNumber": number,
            "countryCode": country,
            "watermark": {"timestamp": int(self.now), "appid": self.watermark},
        }
        return _said({"errcode": 0, "errmsg": "ok", "phone_info": info})

    async def web_token(self, request: Request) -> Response:
        asked = request.query_params
        wrong = await self._wrong(request, asked.get("appid"), asked.get("secret"))
        code = self._take(asked.get("code", ""), "web", asked.get("appid", "")) if wrong is None else wrong
        if isinstance(code, int):
            return _said({"errcode": code, "errmsg": f"error {code}"})
        grant = secrets.token_urlsafe(40)
        self.grants[grant] = code
        said = {
            "access_token": grant,
            "expires_in": TOKEN_LIFE,
            "refresh_token": secrets.token_urlsafe(40),
            "openid": code.human.openid(code.appid),
            "scope": "snsapi_userinfo",
        }
        return _said({**said, **({"is_snapshotuser": 1} if code.human.is_snapshot else {})})

    async def userinfo(self, request: Request) -> Response:
        wrong = await self._wrong(request)
        grant = self.grants.get(request.query_params.get("access_token", ""))
        if wrong is None and (grant is None or grant.human.openid(grant.appid) != request.query_params.get("openid")):
            wrong = 40003 if grant else 40001
        if wrong is not None or grant is None:
            return _said({"errcode": wrong, "errmsg": "no"})
        human = grant.human
        info = {"openid": human.openid(grant.appid), "nickname": human.nickname, "sex": 0, "privilege": []}
        return _said({**info, **({"unionid": human.union} if human.union else {})})

    async def _wrong(self, request: Request, appid: Any = None, secret: Any = None) -> int | None:
        """Note the request; the error that it ends in, if it does."""
        path, body = request.url.path, (await request.body()).decode()
        self.asked.append(path)
        whole = f"{request.url} {dict(request.headers)} {body}"
        self.secrets_at |= {path for known in SECRETS.values() if known in whole}
        if self.outage is not None:
            await self.outage()
        for at, (where, errcode) in enumerate(self.errors):
            if where == path:
                del self.errors[at]
                return errcode
        if path in TAKES_SECRETS and SECRETS.get(appid) != secret:
            return 40125 if appid in SECRETS else 40013
        return None

    def _take(self, text: str, kind: str, appid: str) -> "_Code | int":
        """Use a code up; the error if it is none of this app, used, or too old."""
        code = self.codes.get(text)
        if code is None or code.kind != kind or code.appid != appid or self.now - code.made > CODE_LIFE:
            return 40029
        if code.is_used:
            return 40163
        code.is_used = True
        return code


def _said(document: dict[str, Any]) -> Response:
    return PlainTextResponse(json.dumps(document, ensure_ascii=False))
