"""What accounts do by the clock."""

from commerce.accounts import queries
from commerce.accounts.actions import privacy
from commerce.accounts.queries import apps
from commerce.accounts.queries.invitations import forget_invitations
from commerce.accounts.rules.apps import NONCES_KEPT
from commerce.accounts.rules.invitations import KEPT_FOR
from commerce.accounts.rules.tries import LONGEST
from commerce.kit.context import Context
from commerce.kit.jobs import every
from commerce.kit.people import LAST, erased, exported, held

exported("account")(privacy.tell)
erased(
    LAST,
    *("accounts_account", "accounts_identity", "accounts_challenge", "accounts_invitation", "accounts_session"),
    "accounts_totp",
    "messages_message",
)(privacy.forget)
held("account")(privacy.holds)


@every("*/10 * * * *")
async def forget_nonces(context: Context) -> None:
    """Remove nonces of signed requests that nobody can send again: their time is over."""
    async with context.transaction() as session:
        await apps.forget_nonces(session, session.now() - NONCES_KEPT)


@every("20 * * * *")
async def forget_old(context: Context) -> None:
    """Remove tries, sessions and invitations whose time is over."""
    async with context.transaction() as session:
        await queries.forget_old(session, session.now() - LONGEST)
        await forget_invitations(session, session.now() - KEPT_FOR)
