"""What people do with what is theirs."""

from uuid import UUID

import strawberry

from commerce.customers import actions
from commerce.customers.graphql.types import CustomerPayload, customer_payload
from commerce.customers.values import UNSET, Unset
from commerce.kit import ids
from commerce.kit.graphql import PERSON, Info, described, input_type, mutation
from commerce.kit.scalars import Locale


def person_of(info: Info) -> UUID:
    """Whose things are the caller's own; the rule of the field has seen to it that there is somebody."""
    person: UUID | None = info.context.actor.person
    assert person is not None
    return person


@input_type
class CustomerUpdateInput:
    """Changes to what the viewer tells of themselves. What is left out stays."""

    name: strawberry.Maybe[str | None] = described("Name to show, at most 100 characters; null for none.", default=None)
    locale: strawberry.Maybe[Locale | None] = described(
        "Language to be written to in; null for that of the last request.", default=None
    )


@strawberry.type
class OwnMutation:
    @mutation(PERSON)
    async def customer_update(self, info: Info, input: CustomerUpdateInput) -> CustomerPayload:
        """Changes what the viewer tells of themselves. Codes: INVALID, REQUIRED."""
        person = person_of(info)
        name: str | Unset | None = UNSET if input.name is None else input.name.value
        locale: str | Unset | None = UNSET if input.locale is None else input.locale.value
        async with info.context.transaction(ids.encode("customer", person)) as session:
            await actions.change_own(session, person, name=name, locale=locale)
        return await customer_payload(info, person)
