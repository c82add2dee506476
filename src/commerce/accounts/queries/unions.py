"""Statements about people over several apps of one provider."""

from sqlalchemy import update
from sqlmodel import col

from commerce.accounts.models import Identity
from commerce.accounts.values import Proof
from commerce.kit.db import Session


async def note_union(session: Session, proof: Proof) -> None:
    """Keep who a provider says somebody is over all its apps, if it did not say so before."""
    vault = session.vault
    assert proof.union is not None
    statement = update(Identity).where(
        col(Identity.provider) == proof.provider,
        col(Identity.subject_index).in_(vault.indexes(proof.provider, proof.subject)),
        col(Identity.union_index).is_(None),
    )
    await session.execute(
        statement.values(union=vault.seal("union", proof.union), union_index=vault.index("union", proof.union))
    )
