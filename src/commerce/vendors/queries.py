"""Every statement about vendors."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from commerce.i18n.values import Texts
from commerce.kit.db import Reads, Session
from commerce.kit.ids import new_key
from commerce.vendors.models import Vendor

HOUSE = "house"

_house = select(col(Vendor.id)).where(col(Vendor.code) == HOUSE)


async def house_key(reads: Reads) -> UUID | None:
    """The vendor that is the shop itself; None before its first product."""
    rows = await reads.rows(_house)
    return rows[0][0] if rows else None


async def add_once(session: Session, code: str, name: Texts, now: datetime) -> None:
    """Add a vendor unless its code is there already, also when two do so at once."""
    statement = insert(Vendor).values(id=new_key(), code=code, name=name, created_at=now)
    await session.execute(statement.on_conflict_do_nothing(index_elements=["code"]))
