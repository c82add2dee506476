"""Archives of personal data, and requests to be forgotten."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar
from uuid import UUID

import strawberry

from commerce.customers import actions, queries
from commerce.customers.values import ErasureInfo, ErasureStatus, ExportInfo, ExportStatus
from commerce.kit.graphql import OWNER, PART, Info, Node, derived, described_enum, node_loader, object_type
from commerce.kit.scalars import URL

described_enum(
    {
        ExportStatus.QUEUED: "Is being made.",
        ExportStatus.READY: "Can be fetched.",
        ExportStatus.EXPIRED: "Is gone.",
    }
)(ExportStatus)
described_enum(
    {
        ErasureStatus.REQUESTED: "Waits for its time, or for what stands in the way.",
        ErasureStatus.CANCELED: "Was called off.",
        ErasureStatus.DONE: "The person is forgotten.",
    }
)(ErasureStatus)


@object_type(OWNER)
class PersonalDataExport(Node):
    """An archive of all that we keep of somebody: a ZIP with everything as JSON, and its lists as CSV."""

    prefix: ClassVar[str] = "personal_data_export"
    export: strawberry.Private[ExportInfo]

    @derived
    def status(self) -> ExportStatus:
        """How far it got."""
        return self.export.state

    @derived
    def requested_at(self) -> datetime:
        """When it was asked for."""
        return self.export.requested_at

    @derived
    def expires_at(self) -> datetime | None:
        """Until when it can be fetched; null until it is ready."""
        return self.export.expires_at

    @derived
    def url(self, info: Info) -> URL | None:
        """Where it can be fetched by whoever knows this; null unless it is READY. Keep it like a password."""
        if self.export.state != ExportStatus.READY or self.export.expires_at is None:
            return None
        return URL(actions.export_url(info.context, self.key, self.export.expires_at))


@object_type(PART)
class Erasure:
    """A request to be forgotten."""

    erasure: strawberry.Private[ErasureInfo]

    @derived
    def status(self) -> ErasureStatus:
        """How far it got."""
        return self.erasure.state

    @derived
    def requested_at(self) -> datetime:
        """When it was asked for."""
        return self.erasure.requested_at

    @derived
    def due_at(self) -> datetime:
        """Until when it can be called off. It is done then, or as soon as nothing stands in the way."""
        return self.erasure.due_at

    @derived
    def done_at(self) -> datetime | None:
        """When it was done or called off; null until then."""
        return self.erasure.done_at


def export_node(export: ExportInfo) -> PersonalDataExport:
    return PersonalDataExport(key=export.key, export=export)


async def fetchable(info: Info, exports: Sequence[ExportInfo]) -> set[UUID]:
    """Those of some archives that are of the caller, or were made for them while they might see it, and still may."""
    own = {one.key for one in exports if is_own(info, one.customer)}
    return own | await actions.fetchable(info.context, info.context.actor, exports)


def is_own(info: Info, key: UUID) -> bool:
    """Whether somebody asks for what is theirs, and nobody stands behind them."""
    actor = info.context.actor
    return actor.person == key and actor.behind is None


@node_loader("personal_data_export")
async def _exports(keys: Sequence[UUID], info: Info) -> Sequence[Node | None]:
    found = await queries.exports_by_key(info.context, keys)
    open_ = await fetchable(info, [one for one in found if one])
    return [export_node(one) if one and one.key in open_ else None for one in found]
