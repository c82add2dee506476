"""Consents, for whoever gives and withdraws them."""

import strawberry

from commerce.accounts.values import Caller
from commerce.customers import actions
from commerce.customers.graphql.own import person_of
from commerce.customers.graphql.types import CustomerPayload, customer_payload
from commerce.customers.values import ConsentPurpose
from commerce.kit import ids
from commerce.kit.graphql import ONESELF, PERSON, Info, described, input_type, mutation


@input_type
class ConsentGrantInput:
    """Something that the viewer allows."""

    purpose: ConsentPurpose = described("What for.")
    policy_version: str = described("Version of the policy that they were shown, at most 40 characters.")


@input_type
class ConsentWithdrawInput:
    """Something that the viewer does not allow any more."""

    purpose: ConsentPurpose = described("What for.")


@strawberry.type
class ConsentsMutation:
    @mutation(ONESELF)
    async def consent_grant(self, info: Info, input: ConsentGrantInput) -> CustomerPayload:
        """Notes that the viewer allows something. Nothing is taken as allowed without, and nobody
        allows it in their place. Codes: INVALID, REQUIRED.
        """
        person, actor = person_of(info), info.context.actor
        proof = {"client": info.context[Caller].client, "actor": actor.scope}
        async with info.context.transaction(ids.encode("customer", person)) as session:
            await actions.grant(session, person, input.purpose, input.policy_version, proof)
        return await customer_payload(info, person)

    @mutation(PERSON)
    async def consent_withdraw(self, info: Info, input: ConsentWithdrawInput) -> CustomerPayload:
        """Ends a consent at once: what waits to be sent because of it is not sent. Without one, nothing happens."""
        person = person_of(info)
        async with info.context.transaction(ids.encode("customer", person)) as session:
            await actions.withdraw(session, person, input.purpose)
        return await customer_payload(info, person)
