"""Staff in the place of a customer."""

from datetime import datetime

import strawberry

from commerce.accounts.actions import impersonation as actions
from commerce.kit.actor import Permission
from commerce.kit.graphql import (
    ID,
    PART,
    Info,
    Payload,
    described,
    input_type,
    key_from,
    mutation,
    object_type,
)


@input_type
class CustomerImpersonateInput:
    """Acts as a customer for a while."""

    customer_id: ID = described("Customer.")
    reason: str = described("Why, such as the number of a ticket: at most 500 characters. It is recorded.")


@object_type(PART)
class CustomerImpersonatePayload(Payload):
    """Result of `customerImpersonate`."""

    access_token: str | None = described(
        "Token for requests as the customer. There is none to renew it with; null after an error.", default=None
    )
    expires_at: datetime | None = described("End of the token; null after an error.", default=None)


@strawberry.type
class ImpersonationMutation:
    @mutation(Permission.CUSTOMERS_IMPERSONATE, takes_key=False)
    async def customer_impersonate(self, info: Info, input: CustomerImpersonateInput) -> CustomerImpersonatePayload:
        """Lets a staff member act as a customer for 30 minutes, with a session of its own beside theirs.

        It ends with `signOut`, with the session and the permission of the staff member, and with a new password of the
        customer, who sees it among their sessions. Whatever is done in it is recorded under both names; credentials and
        sessions of the customer are out of its reach. An idempotency key has no effect here.
        Codes: NOT_FOUND, INVALID, REQUIRED, STATE_NOT_ALLOWED.
        """
        key, context = key_from("customer", input.customer_id, "input", "customerId"), info.context
        async with context.transaction() as session:
            opened = await actions.begin(context, session, context.actor, key, input.reason)
        token = actions.token_of(context, opened)
        return CustomerImpersonatePayload(access_token=token, expires_at=opened.expires_at)
