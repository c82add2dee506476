"""What customers do with a person: tell, forget, give to another account, and show what is behind the masks."""

from typing import Any
from uuid import UUID

from commerce.accounts.queries import privacy
from commerce.customers import queries, rules
from commerce.customers.actions.people import READERS
from commerce.kit.actor import Actor, Permission
from commerce.kit.context import Context
from commerce.kit.db import Reads, Session
from commerce.kit.people import Revealed


async def tell(reads: Reads, person: UUID) -> dict[str, Any]:
    """What we keep of a customer beside their account."""
    [known] = await queries.customers_by_key(reads, [person])
    [addresses] = await queries.addresses_of(reads, [person])
    [consents] = await queries.consents_of(reads, [person])
    [groups] = await queries.groups_of_each(reads, [person])
    return {
        "locale": known.locale if known else None,
        "note": known.note if known else None,
        "addresses": [
            {
                **entry.address.document(),
                "isDefaultShipping": entry.is_default_shipping,
                "isDefaultBilling": entry.is_default_billing,
            }
            for entry in addresses
        ],
        "consents": [
            {
                "purpose": one.purpose,
                "policyVersion": one.policy_version,
                "grantedAt": one.granted_at,
                "withdrawnAt": one.withdrawn_at,
                **one.proof,
            }
            for one in consents
        ],
        "groups": [{"code": group.code, "name": group.name} for group in groups],
    }


async def forget(session: Session, person: UUID) -> None:
    """Forget a customer; that they were one, and that they were erased, remains."""
    kept = await queries.lock_customer(session, person)
    await session.flush()
    await queries.forget_all(session, person)
    kept.locale = kept.note = None
    kept.erased_at = session.now()


async def give(session: Session, source: UUID, target: UUID) -> None:
    """Give what is one customer's to another, who keeps what they have where both have something."""
    held = {key: await queries.lock_customer(session, key) for key in sorted((source, target))}
    given, kept = held[source], held[target]
    kept.locale, kept.note = kept.locale or given.locale, kept.note or given.note
    given.locale = given.note = None
    await queries.move_addresses(session, source, target)
    await queries.move_memberships(session, source, target)
    await queries.move_consents(session, source, target)
    await queries.move_presence(session, source, target)
    await queries.move_requests(session, source, target)


async def reveal(context: Context, key: UUID) -> Revealed | None:
    """Who a customer is, for staff that may see customers and personal data in one of the channels where they are known."""
    if not await queries.customers_visible(context, [key], _channels(context.actor)):
        return None
    [known] = await queries.customers_by_key(context, [key])
    [addresses] = await queries.addresses_of(context, [key])
    identities = [(provider, subject) for provider, subject, _ in await privacy.identities_of(context, key)]
    emails, phones = rules.contacts_of(identities)
    name = known.profile.name if known else None
    return Revealed(name, emails, phones, tuple(entry.address.document() for entry in addresses))


def _channels(actor: Actor) -> list[UUID] | None:
    """Where somebody may see both: that there is a customer, and who it is."""
    seen, shown = actor.channels(READERS), actor.channels([Permission.PERSONAL_DATA_READ])
    if seen is None or shown is None:
        return shown if seen is None else seen
    return [channel for channel in seen if channel in shown]
