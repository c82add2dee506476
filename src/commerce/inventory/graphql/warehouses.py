"""Warehouses, for staff."""

from collections.abc import Sequence
from typing import Annotated, Any, ClassVar
from uuid import UUID

import strawberry

from commerce.channels import queries as channels
from commerce.i18n import rules as i18n
from commerce.i18n.graphql import TextInput, texts_from
from commerce.inventory import actions, queries, values
from commerce.kit import ids
from commerce.kit.actor import Permission
from commerce.kit.errors import NotFound, Refusal, raise_all
from commerce.kit.graphql import (
    ID,
    PART,
    Info,
    Node,
    Payload,
    argument,
    derived,
    described,
    input_type,
    key_from,
    mutation,
    node_loader,
    object_type,
    query,
)
from commerce.kit.scalars import CountryCode

STAFF = (Permission.SETTINGS_WRITE, Permission.STOCK_WRITE)


@object_type(STAFF)
class Warehouse(Node):
    """A place where goods lie."""

    prefix: ClassVar[str] = "warehouse"
    value: strawberry.Private[values.Warehouse]

    @derived
    def code(self) -> str:
        """Stable code."""
        return self.value.code

    @derived
    def name(self, info: Info) -> str:
        """Display name in the current locale."""
        return i18n.pick(self.value.name, info.context.locales)

    @derived
    def country(self) -> CountryCode:
        """Country that it is in."""
        return CountryCode(self.value.country)

    @derived
    def region(self) -> str | None:
        """ISO 3166-2 code of its province or state, or null."""
        return self.value.region

    @derived
    def city(self) -> str | None:
        """City, or null."""
        return self.value.city


def warehouse_of(value: values.Warehouse) -> Warehouse:
    return Warehouse(key=value.key, value=value)


async def load_warehouses(info: Info, keys: Sequence[UUID]) -> list[Warehouse | None]:
    """Warehouses of these keys, in their order; None for what the caller may not see."""
    if not info.context.actor.may(STAFF):
        return [None] * len(keys)
    return [warehouse_of(found) if found else None for found in await queries.warehouses_by_key(info.context, keys)]


@node_loader("warehouse")
async def _warehouses(keys: Sequence[UUID], info: Info) -> Sequence[Node | None]:
    return await load_warehouses(info, keys)


@input_type
class WarehouseCreateInput:
    """A new warehouse."""

    code: str = described("Stable code of lower-case letters, digits and dashes, at most 40.")
    name: list[TextInput] = described("Display name by locale.")
    country: CountryCode = described("Country that it is in.")
    region: str | None = described("ISO 3166-2 code of its province or state.", default=None)
    city: str | None = described("City.", default=None)
    position: int = described("Place in lists, the lowest first.", default=0)


@input_type
class WarehouseUpdateInput:
    """Changes to a warehouse. What is left out or null stays."""

    warehouse_id: ID = described("Warehouse.")
    name: list[TextInput] | None = described("Display name by locale.", default=None)
    country: CountryCode | None = described("Country that it is in.", default=None)
    region: str | None = described("ISO 3166-2 code of its province or state; an empty text clears it.", default=None)
    city: str | None = described("City; an empty text clears it.", default=None)
    position: int | None = described("Place in lists, the lowest first.", default=None)


@input_type
class ChannelWarehousesSetInput:
    """Where a channel sells from."""

    channel_id: ID = described("Channel.")
    warehouse_ids: list[ID] = described("Warehouses, each once. The first is emptied first.")


@object_type(PART)
class WarehousePayload(Payload):
    """Result of the warehouse mutations."""

    warehouse: Warehouse | None = described("The warehouse after the mutation.", default=None)


@object_type(PART)
class ChannelWarehousesPayload(Payload):
    """Result of `channelWarehousesSet`."""

    warehouses: list[Warehouse] = described("Where the channel sells from now.", default_factory=list)

    @classmethod
    async def replayed(cls, answer: str | None, info: Info, **arguments: Any) -> Any:  # noqa: ARG003
        return await _sold_from(info, key_from("channel", arguments["input"].channel_id))


@strawberry.type
class WarehousesQuery:
    @query(STAFF)
    async def warehouses(
        self,
        info: Info,
        channel_id: Annotated[
            ID | None, argument("Only those that this channel sells from; the first is emptied first.")
        ] = None,
    ) -> list[Warehouse]:
        """All warehouses, in display order, or those of a channel."""
        if channel_id is None:
            return [warehouse_of(found) for found in await queries.warehouses(info.context)]
        key = ids.decode("channel", channel_id)
        found = await queries.channel_warehouses(info.context, key) if key else []
        return [warehouse_of(value) for value in found]


@strawberry.type
class WarehousesMutation:
    @mutation(Permission.SETTINGS_WRITE)
    async def warehouse_create(self, info: Info, input: WarehouseCreateInput) -> WarehousePayload:
        """Opens a warehouse. Codes: INVALID, REQUIRED, TAKEN."""
        name = texts_from(input.name, "input", "name")
        async with info.context.transaction() as session:
            made = await actions.create_warehouse(
                session,
                code=input.code,
                name=name,
                country=input.country,
                region=input.region,
                city=input.city,
                position=input.position,
            )
            session.answer = ids.encode("warehouse", made.id)
        return await _payload(info, made.id)

    @mutation(Permission.SETTINGS_WRITE)
    async def warehouse_update(self, info: Info, input: WarehouseUpdateInput) -> WarehousePayload:
        """Changes a warehouse. Codes: INVALID, REQUIRED, NOT_FOUND."""
        key = key_from("warehouse", input.warehouse_id, "input", "warehouseId")
        async with info.context.transaction() as session:
            await actions.update_warehouse(
                session,
                key,
                name=texts_from(input.name, "input", "name") if input.name is not None else None,
                country=input.country,
                region=input.region,
                city=input.city,
                position=input.position,
            )
            session.answer = ids.encode("warehouse", key)
        return await _payload(info, key)

    @mutation(Permission.SETTINGS_WRITE)
    async def channel_warehouses_set(self, info: Info, input: ChannelWarehousesSetInput) -> ChannelWarehousesPayload:
        """Has a channel sell from these warehouses and no others. Codes: INVALID, NOT_FOUND."""
        channel_key = key_from("channel", input.channel_id, "input", "channelId")
        keys = _keys(input.warehouse_ids)
        async with info.context.transaction() as session:
            if await channels.lock_channel(session, channel_key) is None:
                raise NotFound("input", "channelId")
            await actions.sell_from(session, channel_key, keys)
        return await _sold_from(info, channel_key)


def _keys(given: Sequence[ID]) -> list[UUID]:
    decoded = [ids.decode("warehouse", text) for text in given]
    wrong: list[Refusal] = [NotFound("input", "warehouseIds", i) for i, key in enumerate(decoded) if key is None]
    raise_all(wrong)
    return [key for key in decoded if key is not None]


async def _payload(info: Info, key: UUID) -> WarehousePayload:
    [found] = await queries.warehouses_by_key(info.context, [key])
    return WarehousePayload(warehouse=warehouse_of(found) if found else None)


async def _sold_from(info: Info, channel_key: UUID) -> ChannelWarehousesPayload:
    found = await queries.channel_warehouses(info.context, channel_key)
    return ChannelWarehousesPayload(warehouses=[warehouse_of(value) for value in found])
