"""Who sends a request: a guest, somebody who has signed in, or an app."""

from commerce.accounts.actions import apps, sessions
from commerce.accounts.values import SentRequest
from commerce.kit.actor import Actor
from commerce.kit.context import Context


async def caller_from(context: Context, authorization: str | None, sent: SentRequest | None) -> Actor:
    """Who sends this `Authorization` header, with this request. UNAUTHENTICATED for one that does not hold."""
    if authorization is not None and apps.is_app(authorization):
        return await apps.actor_from(context, authorization, sent)
    return await sessions.actor_from(context, authorization)
