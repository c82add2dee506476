"""The audit log, and the mutation that shows what is behind the masks."""

from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Annotated, Any

import strawberry

from commerce.audit import actions, queries
from commerce.audit.values import Asked
from commerce.directory.graphql import Address, address_of
from commerce.kit import ids
from commerce.kit.actor import ActorKind, Permission
from commerce.kit.audit.entries import as_dict
from commerce.kit.db import Row
from commerce.kit.graphql import (
    ID,
    PART,
    Info,
    Payload,
    argument,
    described,
    described_enum,
    in_channels,
    input_type,
    mutation,
    object_type,
    query,
)
from commerce.kit.pagination import After, Before, Connection, First, Last, connection, window
from commerce.kit.people import Revealed
from commerce.kit.scalars import JSON

described_enum(
    {
        ActorKind.GUEST: "Nobody who has signed in.",
        ActorKind.CUSTOMER: "A customer.",
        ActorKind.STAFF: "A staff member.",
        ActorKind.APP: "An app of an integrator.",
        ActorKind.SYSTEM: "The shop itself.",
    }
)(ActorKind)

_PREFIXES = {ActorKind.STAFF: "staff", ActorKind.CUSTOMER: "customer", ActorKind.APP: "app"}
LONGEST_OPERATION = 100


@object_type(Permission.AUDIT_READ)
class AuditEntry:
    """
    Something that staff, an app, or staff in the place of a customer did: one transaction of it, written down with its
    effect. An entry is never changed or removed, and holds ids, numbers and codes, but nothing of a person.
    """

    position: int = described("1, 2, 3 and so on, without gaps.")
    at: datetime = described("When it was done.")
    actor_kind: ActorKind = described("What sort of caller it was.")
    actor_id: ID | None = described("Who it was, as a global id; null for the shop itself.")
    behind_id: ID | None = described("The staff member who acted as the actor; null when nobody did.")
    session_id: ID | None = described("The sign-in that it was done with; null for apps.")
    operation: str = described("The mutation, such as `productUpdate`; or what happened, such as `signInFailed`.")
    subject_id: ID | None = described("Global id of what it was about; null when that has none.")
    channel_id: ID | None = described("The channel that it was about; null when it was none, or several.")
    facts: JSON = described(
        "`input`: the input, in which `{length}` stands for each text; `wrote`: the tables that were changed; `request`:"
        " the number of the request, as in the logs; more by operation, such as the `reason`."
    )
    digest: str = described("SHA-256 over the entry and the digest of the one before, in hexadecimal.")


def _id(prefix: str | None, key: Any) -> ID | None:
    return ID(ids.encode(prefix, key)) if prefix and key else None


def audit_entry(row: Row) -> AuditEntry:
    found = as_dict(row)
    kind = ActorKind(found["actor_kind"])
    return AuditEntry(
        position=found["position"],
        at=found["at"],
        actor_kind=kind,
        actor_id=_id(_PREFIXES.get(kind), found["actor_id"]),
        behind_id=_id("staff", found["behind_id"]),
        session_id=_id("session", found["session_id"]),
        operation=found["operation"],
        subject_id=ID(found["subject"]) if found["subject"] else None,
        channel_id=_id("channel", found["channel_id"]),
        facts=JSON(found["facts"]),
        digest=bytes(found["digest"]).hex(),
    )


@input_type
class AuditFilterInput:
    """Which entries are listed: those that fit all that is given."""

    actor_id: ID | None = described("What this actor did, or a staff member did in the place of others.", default=None)
    operation: str | None = described("What was done, such as `productUpdate`.", default=None)
    subject_id: ID | None = described("What was done to this.", default=None)
    since: datetime | None = described("From this instant on.", default=None)
    until: datetime | None = described("Before this instant.", default=None)


NOBODY = Asked(operation="")
"""Asks for entries that do not exist."""


def asked_for(given: AuditFilterInput | None) -> Asked:
    """What a filter asks for. An id that is none finds nothing."""
    if given is None:
        return Asked()
    actor = ids.split(given.actor_id) if given.actor_id else None
    if given.actor_id and (actor is None or actor[0] not in _PREFIXES.values()):
        return NOBODY
    if given.operation is not None and not (
        0 < len(given.operation) <= LONGEST_OPERATION and given.operation.isascii()
    ):
        return NOBODY
    if given.subject_id is not None and ids.split(given.subject_id) is None:
        return NOBODY
    asked = Asked(operation=given.operation, subject=given.subject_id, since=given.since, until=given.until)
    return replace(asked, actor=actor[1]) if actor else asked


@object_type(in_channels(Permission.PERSONAL_DATA_READ))
class PersonalData:
    """Personal data in clear."""

    name: str | None = described("Name; null if none is kept.")
    emails: list[str] = described("E-mail addresses, in lower case.")
    phones: list[str] = described("Phone numbers in E.164 form.")
    addresses: list[Address] = described("Postal addresses.")


def personal_data(found: Revealed) -> PersonalData:
    return PersonalData(
        name=found.name,
        emails=list(found.emails),
        phones=list(found.phones),
        addresses=[one for one in map(address_of, found.addresses) if one is not None],
    )


@input_type
class PersonalDataRevealInput:
    """Whose personal data is to be seen, and why."""

    id: ID = described("Global id of what shows it masked, such as an order or a customer.")
    reason: str = described(
        "Why it is needed, in 10 to 500 characters. It is kept in the audit log: write nothing of the person into it."
    )


@object_type(PART)
class PersonalDataRevealPayload(Payload):
    """Result of `personalDataReveal`."""

    personal_data: PersonalData | None = described("What is behind the masks; null after an error.", default=None)


@strawberry.type
class AuditQuery:
    @query(Permission.AUDIT_READ)
    async def audit_log(
        self,
        info: Info,
        filter: Annotated[AuditFilterInput | None, argument("Only these.")] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[AuditEntry]:
        """What staff and apps did, the latest first."""
        asked, part = asked_for(filter), window("audit", first, after, last, before)
        page: Connection[AuditEntry] = connection(
            Connection[AuditEntry],
            await queries.entries(info.context, asked, part),
            part,
            node=audit_entry,
            keys=lambda row: [row[0]],
            counted=partial(queries.count, info.context, asked),
        )
        return page


@strawberry.type
class AuditMutation:
    @mutation(in_channels(Permission.PERSONAL_DATA_READ), takes_key=False)
    async def personal_data_reveal(self, info: Info, input: PersonalDataRevealInput) -> PersonalDataRevealPayload:
        """Shows personal data unmasked, once the reason stands in the audit log; for 60 people in an hour at most. An
        idempotency key has no effect here.

        Codes: NOT_FOUND, INVALID, LIMIT_EXCEEDED.
        """
        found = await actions.reveal(info.context, input.id, input.reason)
        return PersonalDataRevealPayload(personal_data=personal_data(found))
