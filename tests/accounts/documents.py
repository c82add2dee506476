"""What clients send about accounts."""

from typing import Any

from tests.accounts.factory import PASSWORD
from tests.accounts.letters import code_for
from tests.conftest import Client

SIGN_IN = """mutation($email: String!, $password: String!) {
  signIn(input: {credential: {password: {email: $email, password: $password}}}) {
    tokens { accessToken expiresAt refreshToken } viewer { id name email permissions } userErrors { code message field }
  }
}"""
REFRESH = """mutation($token: String!) {
  tokenRefresh(input: {refreshToken: $token}) {
    tokens { accessToken refreshToken } viewer { name } userErrors { code field }
  }
}"""
SIGN_OUT = "mutation($everywhere: Boolean!) { signOut(input: {everywhere: $everywhere}) { userErrors { code } } }"
PASSWORD_CHANGE = """mutation($current: String!, $new: String!) {
  passwordChange(input: {currentPassword: $current, newPassword: $new}) {
    viewer { name } userErrors { code field message }
  }
}"""
STAFF_INVITE = """mutation($input: StaffInviteInput!) {
  staffInvite(input: $input) {
    staffInvitation {
      id name email permissions status createdAt expiresAt invitedById roles { role { name } channel { id code } }
    }
    userErrors { code field message }
  }
}"""
ACCEPT = """mutation($input: StaffInvitationAcceptInput!) {
  staffInvitationAccept(input: $input) {
    tokens { accessToken refreshToken } viewer { id name email permissions channelPermissions { channel { id } permissions } }
    userErrors { code field message }
  }
}"""
STAFF_UPDATE = """mutation($input: StaffUpdateInput!) {
  staffUpdate(input: $input) { staffMember { name permissions isActive } userErrors { code field } }
}"""
ROLES_SET = """mutation($input: StaffUpdateInput!) {
  staffUpdate(input: $input) {
    staffMember {
      permissions effectivePermissions roles { role { name } channel { id code } }
      channelPermissions { channel { id } permissions }
    }
    userErrors { code field message }
  }
}"""
CHANNEL_CREATE = """mutation { channelCreate(input: {
  code: "web", name: [{locale: "en", text: "Web"}], locales: ["en", "zh-Hans"], currencies: ["EUR"], countries: ["DE"],
  pricesIncludeTax: true
}) { channel { code } userErrors { code } } }"""
VIEWER = "{ viewer { name } }"


async def sign_in(client: Client, email: str = "ada@example.com", password: str = PASSWORD) -> dict[str, Any]:
    """The answer of a sign-in, whatever it is."""
    return (await client(SIGN_IN, email=email, password=password))["signIn"]


async def signed_in(client: Client, email: str = "ada@example.com", password: str = PASSWORD) -> dict[str, str]:
    """Sign in, go on with the access token, and answer both tokens."""
    client.token = None
    tokens = (await sign_in(client, email, password))["tokens"]
    client.token = tokens["accessToken"]
    return tokens


async def refusal_code(client: Client, token: str | None) -> str:
    """Why a request with this token is refused; empty when it is not."""
    client.token = token
    answer = await client.send(VIEWER)
    return answer["errors"][0]["extensions"]["code"] if "errors" in answer else ""


CODE_SEND = """mutation($input: CodeSendInput!) {
  codeSend(input: $input) {
    challengeId expiresAt resendAt
    userErrors { __typename code message field ... on LimitError { retryAt minutes } }
  }
}"""
SIGN_IN_BY = """mutation($input: SignInInput!) {
  signIn(input: $input) {
    tokens { accessToken refreshToken } viewer { id name email phone permissions }
    userErrors { __typename code message field ... on SecondFactorError { challengeId } }
  }
}"""


async def send_code(
    client: Client, *, purpose: str = "SIGN_IN", country: str | None = None, key: str | None = None, **to: str
) -> dict[str, Any]:
    """The answer to somebody who asks for a code, whatever it is."""
    given = {"to": to, "purpose": purpose, "country": country, "idempotencyKey": key}
    return (await client(CODE_SEND, input=given))["codeSend"]


async def sign_in_by_code(client: Client, challenge: str, code: str) -> dict[str, Any]:
    """The answer to somebody who shows a code, whatever it is."""
    credential = {"code": {"challengeId": challenge, "code": code}}
    return (await client(SIGN_IN_BY, input={"credential": credential}))["signIn"]


async def signed_in_by_code(client: Client, **to: str) -> dict[str, Any]:
    """Have a code sent, sign in with it, and go on with the access token."""
    client.token = None
    sent = await send_code(client, **to)
    [address] = to.values()
    answer = await sign_in_by_code(client, sent["challengeId"], await code_for(client.shop, address))
    assert answer["userErrors"] == []
    client.token = answer["tokens"]["accessToken"]
    return answer


SIGN_UP = """mutation($input: SignUpInput!) {
  signUp(input: $input) { challengeId expiresAt resendAt userErrors { code field message } }
}"""
RESET_REQUEST = """mutation($input: PasswordResetRequestInput!) {
  passwordResetRequest(input: $input) { challengeId expiresAt resendAt userErrors { code field } }
}"""
RESET = """mutation($input: PasswordResetInput!) {
  passwordReset(input: $input) { userErrors { code field } }
}"""
CHANGE_BY_CODE = """mutation($input: PasswordChangeInput!) {
  passwordChange(input: $input) { viewer { name } userErrors { code field } }
}"""
IDENTITIES = "{ viewer { id name email phone identities { id kind provider contact createdAt } } }"
LINK = """mutation($input: IdentityLinkInput!) {
  identityLink(input: $input) {
    identity { kind provider contact }
    userErrors { __typename code field ... on IdentityTakenError { mergeToken expiresAt } }
  }
}"""
UNLINK = """mutation($input: IdentityUnlinkInput!) {
  identityUnlink(input: $input) { viewer { identities { contact } } userErrors { code field } }
}"""
MERGE = """mutation($input: AccountMergeInput!) {
  accountMerge(input: $input) {
    tokens { accessToken refreshToken } viewer { id name email phone } userErrors { code field }
  }
}"""
SESSIONS = "{ sessions { id method client beganAt usedAt isCurrent isImpersonated } }"
REVOKE = "mutation($id: ID!) { sessionRevoke(input: {sessionId: $id}) { userErrors { code field } } }"


async def link(client: Client, **to: str) -> dict[str, Any]:
    """Have a code sent to link a contact with, and show it; the answer, whatever it is."""
    sent = await send_code(client, purpose="IDENTITY_LINK", **to)
    [address] = to.values()
    code = {"challengeId": sent["challengeId"], "code": await code_for(client.shop, address)}
    return (await client(LINK, input={"credential": {"code": code}}))["identityLink"]


async def merge(client: Client, token: str, key: str = "merge") -> dict[str, Any]:
    """The answer to somebody who merges two accounts, whatever it is."""
    return (await client(MERGE, input={"mergeToken": token, "idempotencyKey": key}))["accountMerge"]


REFRESH_BY = """mutation($input: TokenRefreshInput!) {
  tokenRefresh(input: $input) {
    tokens { accessToken refreshToken } expiresAt viewer { name } userErrors { code field }
  }
}"""


async def refresh(client: Client, token: str | None, key: str | None = None) -> dict[str, Any]:
    """The answer to somebody who trades a refresh token, whatever it is."""
    return (await client(REFRESH_BY, input={"refreshToken": token, "idempotencyKey": key}))["tokenRefresh"]
