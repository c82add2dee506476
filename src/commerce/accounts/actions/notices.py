"""Telling people what was changed about their sign-in, in case it was not them."""

from collections.abc import Sequence

from commerce.accounts.values import IdentityKind, OwnIdentity
from commerce.kit.context import Context
from commerce.kit.db import Session
from commerce.messages import actions as messages
from commerce.messages.values import Letter, MessageKind, Recipient

_KINDS = {IdentityKind.EMAIL: MessageKind.EMAIL, IdentityKind.PHONE: MessageKind.PHONE}


async def tell(session: Session, context: Context, known: Sequence[OwnIdentity], letter: Letter) -> None:
    """Write to the first address that somebody had before the change, else to their phone; to nobody who has neither."""
    for kind, way in _KINDS.items():
        for one in known:
            if one.kind is kind:
                recipient = Recipient(way, one.subject)
                await messages.send(session, recipient, letter, context.locales)
                return
