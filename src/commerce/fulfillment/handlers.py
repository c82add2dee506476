"""What parcels do for people."""

from typing import Any
from uuid import UUID

from commerce.fulfillment import queries
from commerce.kit.db import Reads, Session
from commerce.kit.people import erased, exported


@exported("parcels")
async def export(reads: Reads, person: UUID) -> Any:
    """The parcels of a person, oldest first."""
    return [
        {"carrier": carrier, "tracking_number": number, "shipped_at": shipped_at.isoformat()}
        for carrier, number, shipped_at in await queries.of_person(reads, person)
    ]


@erased("parcels")
async def forget(session: Session, person: UUID) -> None:
    """A carrier tells by the number of a parcel where it went."""
    await queries.forget(session, person)
