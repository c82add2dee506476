"""Somebody to sign in as."""

from commerce.accounts import actions as accounts
from commerce.accounts import queries
from commerce.kit.context import Context

EMAIL = "admin@example.com"
PASSWORD = "harbor-and-pine"  # noqa: S105  (printed at every start of the demo, which runs in development only)


async def let_demo_staff_in(context: Context) -> None:
    """An account that may do everything, with a password that everybody knows: never where it matters."""
    if await queries.credential_by_email(context, EMAIL) is None:
        await accounts.make_admin(context, email=EMAIL, password=PASSWORD, name="Harbor & Pine")
