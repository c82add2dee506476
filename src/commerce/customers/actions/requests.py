"""Telling people what we know of them, and forgetting them."""

import base64
import hmac
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

from commerce.accounts import queries as accounts
from commerce.accounts.actions import privacy as account_privacy
from commerce.audit import actions as audit
from commerce.customers import queries, rules
from commerce.customers.actions.people import check_changeable, held
from commerce.customers.errors import (
    ErasureRequested,
    ExportUnderWay,
    NothingToCancel,
    PermissionMissing,
)
from commerce.customers.events import CustomerErased
from commerce.customers.models import Erasure, Export
from commerce.customers.rules.archives import archive
from commerce.customers.values import ErasureStatus, ExportInfo, ExportStatus, Obstacle, Privacy
from commerce.kit import people
from commerce.kit.actor import Actor
from commerce.kit.context import Context
from commerce.kit.db import Reads, Session
from commerce.kit.events import record
from commerce.kit.jobs import later

EXPORT = "customers.export"
ERASE = "customers.erase"
"""Jobs that make one archive, and that forget one person."""
AT_ONCE = 50


class CameBetween(Exception):
    """Something came to stand in the way of forgetting somebody while it was done: it is all undone."""


async def check_on_behalf(session: Session, actor: Actor, customer: UUID) -> None:
    """Whoever does it for a customer sees all that is theirs, and must be allowed to wherever they are known."""
    await check_changeable(session, actor, customer)
    [known] = await queries.presence_of(session, [customer])
    missing = rules.missing_on_behalf(actor, known)
    if missing is not None:
        raise PermissionMissing("input", "customerId", permission=missing)


async def request_export_for(session: Session, actor: Actor, customer: UUID) -> UUID:
    """Have all that we keep of a customer gathered for staff. It shows them as much as lifting the masks does, and more."""
    await check_on_behalf(session, actor, customer)
    await audit.check_room(session, actor)
    return await request_export(session, actor, customer)


async def fetchable(reads: Reads, actor: Actor, exports: Sequence[ExportInfo]) -> set[UUID]:
    """Those of some archives that somebody asked for in a customer's place, and may still see."""
    asked = [one for one in exports if one.requested_by == actor.scope and actor.may_somewhere(rules.ON_BEHALF)]
    known = await queries.presence_of(reads, [one.customer for one in asked]) if asked else []
    return {one.key for one, channels in zip(asked, known, strict=True) if not rules.missing_on_behalf(actor, channels)}


async def request_export(session: Session, actor: Actor, customer: UUID) -> UUID:
    """Have all that we keep of somebody gathered. An archive that was made before is not handed out any more."""
    await held(session, customer)
    if await queries.is_exporting(session, customer):
        raise ExportUnderWay("input")
    await queries.forget_exports_of(session, customer)
    export = Export(customer_id=customer, requested_by=actor.scope, requested_at=session.now())
    session.add(export)
    later(session, EXPORT, key=str(export.id))
    return export.id


async def gather(context: Context, key: UUID) -> None:
    """Make an archive that was asked for, once."""
    [asked] = await queries.exports_by_key(context, [key])
    if asked is None or asked.state != ExportStatus.QUEUED:
        return
    parts = {part: await tell(context, asked.customer) for part, tell in people.exports.items()}
    packed = base64.b64encode(archive(parts, context.now())).decode()
    async with context.transaction() as session:
        export = await queries.waiting_export(session, key)
        if export is not None:
            export.content = session.vault.seal("export", packed)
            export.state, export.expires_at = ExportStatus.READY, session.now() + rules.EXPORT_LIFE


def export_url(context: Context, key: UUID, expires_at: datetime) -> str:
    """Where an archive can be fetched until then, by whoever knows this."""
    signature = context.vault.index("download", _signed(key, expires_at)).hex()
    return f"{context[Privacy].public_url}/personal-data/{key.hex}?signature={signature}"


async def open_export(context: Context, key: UUID, signature: str) -> bytes | None:
    """An archive for whoever has its whole address; None for all others, and when its time is over."""
    row = await queries.sealed_export(context, key)
    if row is None or row[0] is None or row[1] <= context.now():
        return None
    content, expires_at = row
    good = [one.hex().encode() for one in context.vault.indexes("download", _signed(key, expires_at))]
    if not any(hmac.compare_digest(one, signature.encode()) for one in good):
        return None
    return base64.b64decode(context.vault.open("export", content))


def _signed(key: UUID, expires_at: datetime) -> str:
    return f"{key.hex}:{int(expires_at.timestamp())}"


async def request_erasure(session: Session, actor: Actor, customer: UUID, cooling_days: int) -> UUID:
    """Have somebody forgotten, after days in which they may think better of it."""
    await held(session, customer)
    if await queries.erasure_under_way(session, customer) is not None:
        raise ErasureRequested("input")
    cooling, now = timedelta(days=cooling_days), session.now()
    erasure = Erasure(customer_id=customer, requested_by=actor.scope, requested_at=now, due_at=now + cooling)
    session.add(erasure)
    later(session, ERASE, cooling, key=str(erasure.id))
    return erasure.id


async def cancel_erasure(session: Session, customer: UUID) -> None:
    """Have somebody not forgotten after all."""
    await queries.lock_customer(session, customer)
    key = await queries.erasure_under_way(session, customer)
    erasure = await queries.lock_erasure(session, key) if key else None
    if erasure is None:
        raise NothingToCancel("input")
    erasure.state, erasure.done_at = ErasureStatus.CANCELED, session.now()


async def obstacles(reads: Reads, customer: UUID) -> list[Obstacle]:
    """Why somebody cannot be forgotten yet."""
    found = [(part, await look(reads, customer)) for part, look in people.holds.items()]
    return [Obstacle(part, message) for part, message in found if message is not None]


async def erase(context: Context, key: UUID) -> None:
    """Forget somebody everywhere, in one transaction, unless something stands in the way: then it is tried again later."""
    [asked] = await queries.erasure_by_key(context, [key])
    if asked is None:
        return
    with suppress(CameBetween):
        async with context.transaction() as session:
            await _erase(session, key, asked.customer)


async def _erase(session: Session, key: UUID, customer: UUID) -> None:
    await account_privacy.hold_shown(session, customer)
    await accounts.lock_account(session, customer)
    await queries.lock_customer(session, customer)
    erasure = await queries.lock_erasure(session, key)
    if erasure is None or erasure.state != ErasureStatus.REQUESTED or erasure.due_at > session.now():
        return
    if await obstacles(session, customer):
        return
    await people.erase(session, customer)
    if await obstacles(session, customer):  # an order was placed while we waited for its cart
        raise CameBetween
    erasure.state, erasure.done_at = ErasureStatus.DONE, session.now()
    record(session, CustomerErased(customer))


async def due_erasures(context: Context) -> list[UUID]:
    """Requests whose time has come, also those that something stood in the way of."""
    return await queries.due_erasures(context, AT_ONCE)


async def forget_old_exports(context: Context) -> None:
    async with context.transaction() as session:
        await queries.forget_exports(session)
