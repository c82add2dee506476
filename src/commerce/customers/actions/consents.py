"""What somebody allows."""

from uuid import UUID

from commerce.customers import queries, rules
from commerce.customers.actions.people import held
from commerce.customers.models import Consent
from commerce.customers.values import ConsentPurpose
from commerce.kit.db import Session


async def grant(session: Session, person: UUID, purpose: ConsentPurpose, version: str, proof: dict[str, str]) -> None:
    """Note that somebody allows something, by the version of the policy that they were shown.

    To allow the same again changes nothing; under a new version the old consent ends and a new one begins.
    """
    version = rules.checked_version(version, "input", "policyVersion")
    await held(session, person)
    given = await queries.consent_to(session, person, purpose)
    if given is not None and given.policy_version == version:
        return
    if given is not None:
        given.withdrawn_at = session.now()
        await session.flush()
    session.add(
        Consent(customer_id=person, purpose=purpose, policy_version=version, proof=proof, granted_at=session.now())
    )


async def withdraw(session: Session, person: UUID, purpose: ConsentPurpose) -> None:
    """Somebody does not allow something any more: what it was for stops at once."""
    await held(session, person)
    given = await queries.consent_to(session, person, purpose)
    if given is not None:
        given.withdrawn_at = session.now()
