"""What people ask us to tell them and to forget, and what staff asks in their place."""

from typing import Any

import strawberry

from commerce.accounts.actions import proving
from commerce.accounts.graphql.passwords import HASHING
from commerce.accounts.values import Hidden
from commerce.customers import actions, queries, rules
from commerce.customers.graphql.own import person_of
from commerce.customers.graphql.privacy import PersonalDataExport, export_node
from commerce.customers.graphql.types import Customer, CustomerPayload, customer_payload
from commerce.customers.values import Obstacle, Privacy
from commerce.kit import ids
from commerce.kit.actor import Permission
from commerce.kit.audit import add_facts
from commerce.kit.graphql import (
    ID,
    ONESELF,
    PART,
    PERSON,
    Info,
    Payload,
    described,
    in_channels,
    input_type,
    key_from,
    mutation,
    object_type,
    query,
)
from commerce.kit.limits import costs


@input_type
class PersonalDataExportInput:
    """Asks for all that we keep of the viewer."""

    password: str | None = described("Password; not needed for a quarter of an hour after signing in.", default=None)

    def __post_init__(self) -> None:
        self.password = Hidden(self.password) if self.password is not None else None


@input_type
class ErasureRequestInput:
    """Asks us to forget the viewer."""

    password: str | None = described("Password; not needed for a quarter of an hour after signing in.", default=None)

    def __post_init__(self) -> None:
        self.password = Hidden(self.password) if self.password is not None else None


@input_type
class ErasureCancelInput:
    """Calls off that the viewer is forgotten."""

    idempotency_key: str | None = described("Equal for each retry; the header serves as well.", default=None)


@input_type
class CustomerDataExportInput:
    """Asks for all that we keep of a customer, in their place."""

    customer_id: ID = described("Customer.")
    reason: str = described("Why, as it will stand in the audit log: 1 to 200 characters.")


@input_type
class CustomerErasureRequestInput:
    """Asks us to forget a customer, in their place."""

    customer_id: ID = described("Customer.")


@input_type
class CustomerErasureCancelInput:
    """Calls off that a customer is forgotten, in their place."""

    customer_id: ID = described("Customer.")


@object_type(PART)
class ErasureObstacle:
    """Why somebody cannot be forgotten yet."""

    part: str = described("Stable name of the part of the shop that still needs them, such as `orders`.")
    message: str = described("Text to show, in the current locale.")


@object_type(PART)
class PersonalDataExportPayload(Payload):
    """Result of asking for personal data."""

    personal_data_export: PersonalDataExport | None = described(
        "The archive, which is ready in a while; null after an error.", default=None
    )


@object_type(PART)
class ErasurePayload(Payload):
    """Result of asking to be forgotten."""

    customer: Customer | None = described("The customer after the mutation; null after an error.", default=None)
    obstacles: list[ErasureObstacle] = described(
        "What stands in the way now. It is done as soon as nothing does any more.", default_factory=list
    )

    @classmethod
    async def replayed(cls, answer: str | None, info: Info, **arguments: Any) -> Any:
        payload = await super().replayed(answer, info, **arguments)
        if payload.customer is not None:
            payload.obstacles = _told(info, await actions.obstacles(info.context, payload.customer.key))
        return payload


@strawberry.type
class RequestsQuery:
    @query(PERSON)
    async def erasure_obstacles(self, info: Info) -> list[ErasureObstacle]:
        """What stands in the way of forgetting the viewer; empty when nothing does."""
        return _told(info, await actions.obstacles(info.context, person_of(info)))


@strawberry.type
class RequestsMutation:
    @costs(weight=HASHING)
    @mutation(ONESELF, takes_key=False)
    async def personal_data_export(self, info: Info, input: PersonalDataExportInput) -> PersonalDataExportPayload:
        """Asks for all that we keep of the viewer. The archive can be fetched for seven days, and only the last one.

        An idempotency key has no effect here. Codes: REAUTHENTICATION_REQUIRED, CREDENTIAL_REJECTED, LIMIT_EXCEEDED,
        STATE_NOT_ALLOWED.
        """
        person, actor = person_of(info), info.context.actor
        await proving.check_oneself(info.context, actor, input.password, "input", "password")
        async with info.context.transaction() as session:
            key = await actions.request_export(session, actor, person)
        return await _export(info, ids.encode("personal_data_export", key))

    @costs(weight=HASHING)
    @mutation(ONESELF, takes_key=False)
    async def erasure_request(self, info: Info, input: ErasureRequestInput) -> ErasurePayload:
        """Asks us to forget the viewer, in some days; until then it can be called off, and the account works as before.

        Then the account is closed and all that is personal is gone; orders stay for the books, without whose they were.
        An idempotency key has no effect here. Codes: REAUTHENTICATION_REQUIRED, CREDENTIAL_REJECTED, LIMIT_EXCEEDED,
        STATE_NOT_ALLOWED.
        """
        person, actor = person_of(info), info.context.actor
        await proving.check_oneself(info.context, actor, input.password, "input", "password")
        async with info.context.transaction() as session:
            await actions.request_erasure(session, actor, person, info.context[Privacy].cooling_days)
            found = await actions.obstacles(session, person)
        return ErasurePayload(customer=(await customer_payload(info, person)).customer, obstacles=_told(info, found))

    @mutation(ONESELF)
    async def erasure_cancel(self, info: Info, input: ErasureCancelInput | None = None) -> CustomerPayload:  # noqa: ARG002
        """Calls off that the viewer is forgotten. Codes: STATE_NOT_ALLOWED."""
        person = person_of(info)
        async with info.context.transaction(ids.encode("customer", person)) as session:
            await actions.cancel_erasure(session, person)
        return await customer_payload(info, person)

    @mutation(in_channels(Permission.CUSTOMERS_WRITE))
    async def customer_data_export(self, info: Info, input: CustomerDataExportInput) -> PersonalDataExportPayload:
        """Asks for all that we keep of a customer, who has asked us to.

        Needs PERSONAL_DATA_READ too, and both wherever the customer is known. It counts as `personalDataReveal`, of which
        60 are allowed in an hour. Codes: NOT_FOUND, REQUIRED, INVALID, LIMIT_EXCEEDED, STATE_NOT_ALLOWED.
        """
        key, actor = key_from("customer", input.customer_id, "input", "customerId"), info.context.actor
        async with info.context.transaction() as session:
            add_facts(session, reason=rules.checked_reason(input.reason, "input", "reason"), customer=input.customer_id)
            export = await actions.request_export_for(session, actor, key)
            session.answer = ids.encode("personal_data_export", export)
        return await _export(info, session.answer)

    @mutation(in_channels(Permission.CUSTOMERS_WRITE))
    async def customer_erasure_request(self, info: Info, input: CustomerErasureRequestInput) -> ErasurePayload:
        """Asks us to forget a customer, who has asked us to.

        Needs PERSONAL_DATA_READ too, and both wherever the customer is known. Codes: NOT_FOUND, STATE_NOT_ALLOWED.
        """
        key, actor = key_from("customer", input.customer_id, "input", "customerId"), info.context.actor
        async with info.context.transaction(input.customer_id) as session:
            await actions.check_on_behalf(session, actor, key)
            await actions.request_erasure(session, actor, key, info.context[Privacy].cooling_days)
            found = await actions.obstacles(session, key)
        return ErasurePayload(customer=(await customer_payload(info, key)).customer, obstacles=_told(info, found))

    @mutation(in_channels(Permission.CUSTOMERS_WRITE))
    async def customer_erasure_cancel(self, info: Info, input: CustomerErasureCancelInput) -> CustomerPayload:
        """Calls off that a customer is forgotten.

        Needs PERSONAL_DATA_READ too, and both wherever the customer is known. Codes: NOT_FOUND, STATE_NOT_ALLOWED.
        """
        key = key_from("customer", input.customer_id, "input", "customerId")
        async with info.context.transaction(input.customer_id) as session:
            await actions.check_on_behalf(session, info.context.actor, key)
            await actions.cancel_erasure(session, key)
        return await customer_payload(info, key)


async def _export(info: Info, global_id: str) -> PersonalDataExportPayload:
    [found] = await queries.exports_by_key(info.context, [key_from("personal_data_export", global_id)])
    return PersonalDataExportPayload(personal_data_export=export_node(found) if found else None)


def _told(info: Info, found: list[Obstacle]) -> list[ErasureObstacle]:
    say, locales = info.context.translate, info.context.locales
    return [ErasureObstacle(part=one.part, message=say(one.message, locales)) for one in found]
