"""Two accounts that turn out to be one person's become one."""

from uuid import UUID

from commerce.accounts import queries
from commerce.accounts.actions import challenges, notices, sessions
from commerce.accounts.errors import CodeRejected
from commerce.accounts.events import AccountsMerged
from commerce.accounts.models import Account
from commerce.accounts.queries import own
from commerce.accounts.rules import letters
from commerce.accounts.rules import merging as rules
from commerce.accounts.values import Answered, Purpose, SignedIn, SignInMethod
from commerce.kit import ids, people
from commerce.kit.actor import Actor
from commerce.kit.context import Context
from commerce.kit.db import Session
from commerce.kit.events import record

SENT = ("input", "mergeToken")


async def merge(context: Context, actor: Actor, challenge: UUID | None) -> SignedIn:
    """Merge two accounts for somebody who has shown to be both. The older one stays, with all that is the other's."""
    if challenge is None:
        raise CodeRejected(*SENT)
    async with context.transaction() as session:
        answered = await challenges.take(session, challenge, Purpose.MERGE, field=SENT)
        survivor = await _merged(session, context, answered, _asking(answered, actor))
        session.answer = ids.encode("customer", survivor.id)
        began = await own.began(session, actor.session) if answered.hidden["is_signed_in"] else None
        at, method = began or (None, SignInMethod.CODE)
        return sessions.begin(session, context, survivor.id, SignInMethod(method), at)


def _asking(answered: Answered, actor: Actor) -> UUID | None:
    """The account that has signed in, if that began it. An offer to somebody who has is good for nobody else."""
    by = actor.person if actor.behind is None else None
    if answered.hidden["is_signed_in"] and by != answered.account:
        raise CodeRejected(*SENT)
    return by


async def _merged(session: Session, context: Context, answered: Answered, by: UUID | None) -> Account:
    assert answered.account is not None
    keys = answered.account, UUID(answered.hidden["other"])
    one, other = await own.two(session, *keys, held=True)
    rules.check_merged((one, other), await own.guarded(session, keys), by)
    assert one is not None
    assert other is not None
    survivor, absorbed = rules.by_age(one, other)
    for known in await own.identities_each(session, keys):  # who each was until now is told that there is more
        await notices.tell(session, context, known, letters.IDENTITY_ADDED)
    for give in people.merges.values():
        await give(session, absorbed.id, survivor.id)
    await _absorb(session, absorbed, survivor)
    return survivor


async def _absorb(session: Session, absorbed: Account, survivor: Account) -> None:
    survivor.name = survivor.name or absorbed.name
    survivor.password_hash = survivor.password_hash or absorbed.password_hash
    absorbed.name = absorbed.password_hash = None
    absorbed.is_active, absorbed.merged_into_id = False, survivor.id
    await session.flush()
    await own.give_sign_in(session, absorbed.id, survivor.id)
    await queries.revoke_all(session, absorbed.id)
    await own.give_sessions(session, absorbed.id, survivor.id)
    record(session, AccountsMerged(absorbed.id, survivor.id))
