"""Apps of integrators, for those who see to them."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Annotated, ClassVar
from uuid import UUID

import strawberry

from commerce.accounts.actions import apps as actions
from commerce.accounts.queries import apps as queries
from commerce.accounts.rules import apps as rules
from commerce.accounts.values import AppProfile, AppTokenProfile, Reach
from commerce.kit import ids
from commerce.kit.actor import Permission
from commerce.kit.errors import RequestError
from commerce.kit.graphql import (
    ID,
    PART,
    Info,
    Node,
    Payload,
    argument,
    batched,
    derived,
    described,
    input_type,
    key_from,
    mutation,
    node_loader,
    object_type,
    query,
)
from commerce.kit.pagination import After, Before, Connection, First, Last, connection, window


@object_type(Permission.APPS_WRITE)
class AppUsage:
    """What an app asked for on a day. It is counted within some seconds."""

    day: str = described("The day in UTC, as `2026-11-22`.")
    requests: int = described("Requests, also those that were refused.")
    points: int = described("Points that its operations cost.")
    refused: int = described("Requests that were turned away: not signed rightly, too dear, or too many.")


@object_type(Permission.APPS_WRITE)
class AppToken(Node):
    """A token of an app. What it says was told once, when it was made."""

    prefix: ClassVar[str] = "app_token"
    profile: strawberry.Private[AppTokenProfile]

    @derived
    def hint(self) -> str:
        """The last four characters, to tell tokens apart."""
        return self.profile.hint

    @derived
    def is_good(self, info: Info) -> bool:
        """Whether it is taken now, if the app is active."""
        one = self.profile
        return one.revoked_at is None and (one.expires_at is None or one.expires_at > info.context.now())

    @derived
    def created_at(self) -> datetime:
        """When it was made."""
        return self.profile.created_at

    @derived
    def expires_at(self) -> datetime | None:
        """When it stops to be good; null when it does not by itself."""
        return self.profile.expires_at

    @derived
    def revoked_at(self) -> datetime | None:
        """When it was ended; null while it was not."""
        return self.profile.revoked_at

    @derived
    def last_used_at(self) -> datetime | None:
        """When a request came with it last, within some seconds; null if none has."""
        return self.profile.last_used_at


Days = Annotated[int, argument(f"How many days back, today among them: 1 to {rules.MOST_DAYS}.")]


@object_type(Permission.APPS_WRITE)
class App(Node):
    """A program of an integrator, with permissions of its own."""

    prefix: ClassVar[str] = "app"
    profile: strawberry.Private[AppProfile]

    @derived
    def name(self) -> str:
        """Name to show."""
        return self.profile.name

    @derived
    def permissions(self) -> list[Permission]:
        """What it may do, in its channels."""
        return [*self.profile.reach.permissions]

    @derived
    def is_bound_to_channels(self) -> bool:
        """Whether its permissions are for some channels only."""
        return self.profile.reach.channels is not None

    @derived
    def must_sign(self) -> bool:
        """Whether only signed requests are taken from it."""
        return self.profile.must_sign

    @derived
    def is_active(self) -> bool:
        """Whether it is let in. One that was deactivated never is again."""
        return self.profile.is_active

    @derived
    def created_at(self) -> datetime:
        """When it was made."""
        return self.profile.created_at

    @batched
    async def tokens(apps: list["App"], info: Info) -> list[list[AppToken]]:
        """Its tokens, the latest first, also those that are over."""
        found = await queries.tokens_of(info.context, [app.key for app in apps])
        return [[*map(app_token, owned)] for owned in found]

    @batched
    async def usage(apps: list["App"], info: Info, days: Days = 30) -> list[list[AppUsage]]:
        """What it asked for each day, the latest first. Days without a request are left out."""
        if not 1 <= days <= rules.MOST_DAYS:
            raise RequestError("BAD_USER_INPUT", f"Between 1 and {rules.MOST_DAYS} days.")
        today = info.context.now().date()
        found = await queries.usage_of(info.context, [app.key for app in apps], days, today)
        return [
            [
                AppUsage(day=one.day.isoformat(), requests=one.requests, points=one.points, refused=one.refused)
                for one in spent
            ]
            for spent in found
        ]


def app_of(profile: AppProfile) -> App:
    return App(key=profile.key, profile=profile)


def app_token(profile: AppTokenProfile) -> AppToken:
    return AppToken(key=profile.key, profile=profile)


@input_type
class AppCreateInput:
    """A new app."""

    name: str = described("Name to show, at most 100 characters.")
    permissions: list[Permission] = described("What it may do: only what the caller may do in the same channels.")
    channel_ids: list[ID] | None = described(
        "The channels that its permissions are for; null for all. Fields that are not bound to channels are then closed"
        " to it.",
        default=None,
    )
    must_sign: bool = described("Whether only signed requests are taken from it.", default=False)


@input_type
class AppUpdateInput:
    """Changes to an app. What is left out stays."""

    app_id: ID = described("App.")
    name: str | None = described("Name to show, at most 100 characters.", default=None)
    permissions: list[Permission] | None = described(
        "All that it may do from now on; what is added the caller must be allowed too.", default=None
    )
    channel_ids: strawberry.Maybe[list[ID] | None] = described(
        "The channels that its permissions are for from now on; null for all.", default=None
    )
    must_sign: bool | None = described("Whether only signed requests are taken from it.", default=None)


@input_type
class AppDeactivateInput:
    """Shuts an app out for good."""

    app_id: ID = described("App.")


@input_type
class AppTokenCreateInput:
    """A new token of an app."""

    app_id: ID = described("App.")
    expires_at: datetime | None = described("When it stops to be good; null for not by itself.", default=None)


@input_type
class AppTokenRevokeInput:
    """Ends a token."""

    token_id: ID = described("Token.")


@object_type(PART)
class AppPayload(Payload):
    """Result of `appCreate`, `appUpdate` and `appDeactivate`."""

    app: App | None = described("The app after the mutation; null after an error.", default=None)


@object_type(PART)
class AppTokenCreatePayload(Payload):
    """Result of `appTokenCreate`."""

    app_token: AppToken | None = described("The token; null after an error.", default=None)
    secret: str | None = described(
        "What the token says: sent as `Authorization: Bearer`, or used to sign with and never sent. It is told only now;"
        " null after an error.",
        default=None,
    )


@object_type(PART)
class AppTokenRevokePayload(Payload):
    """Result of `appTokenRevoke`."""

    app_token: AppToken | None = described("The token after the mutation; null after an error.", default=None)


@node_loader("app")
async def _apps(keys: Sequence[UUID], info: Info) -> Sequence[Node | None]:
    if not info.context.actor.may([Permission.APPS_WRITE]):
        return [None] * len(keys)
    return [app_of(one) if one else None for one in await queries.apps_by_key(info.context, keys)]


@node_loader("app_token")
async def _tokens(keys: Sequence[UUID], info: Info) -> Sequence[Node | None]:
    if not info.context.actor.may([Permission.APPS_WRITE]):
        return [None] * len(keys)
    return [app_token(one) if one else None for one in await queries.tokens_by_key(info.context, keys)]


def _channels_from(given: Sequence[ID] | None) -> list[UUID] | None:
    if given is None:
        return None
    return [key_from("channel", one, "input", "channelIds", place) for place, one in enumerate(given)]


@strawberry.type
class AppsQuery:
    @query(Permission.APPS_WRITE)
    async def apps(
        self, info: Info, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> Connection[App]:
        """The apps of integrators, longest there first, also those that were deactivated."""
        asked = window("apps", first, after, last, before)
        page: Connection[App] = connection(
            Connection[App],
            await queries.apps(info.context, asked),
            asked,
            node=lambda row: app_of(queries.app(row)),
            keys=lambda row: [row[0]],
            counted=partial(queries.app_count, info.context),
        )
        return page


@strawberry.type
class AppsMutation:
    @mutation(Permission.APPS_WRITE)
    async def app_create(self, info: Info, input: AppCreateInput) -> AppPayload:
        """Makes an app, which is let in once it has a token. Nobody lets it do what they may not do themselves.

        Codes: INVALID, REQUIRED, NOT_FOUND.
        """
        reach = Reach(input.permissions, _channels_from(input.channel_ids))
        async with info.context.transaction() as session:
            actor = info.context.actor
            app = await actions.create(session, actor, name=input.name, reach=reach, must_sign=input.must_sign)
            session.answer = ids.encode("app", app.id)
        return await _payload(info, app.id)

    @mutation(Permission.APPS_WRITE)
    async def app_update(self, info: Info, input: AppUpdateInput) -> AppPayload:
        """Changes an app, from its next request on. Codes: INVALID, REQUIRED, NOT_FOUND, STATE_NOT_ALLOWED."""
        key = key_from("app", input.app_id, "input", "appId")
        channels = None if input.channel_ids is None else (_channels_from(input.channel_ids.value),)
        async with info.context.transaction() as session:
            await actions.update(
                session,
                info.context.actor,
                key,
                name=input.name,
                permissions=input.permissions,
                channels=channels,
                must_sign=input.must_sign,
            )
            session.answer = input.app_id
        return await _payload(info, key)

    @mutation(Permission.APPS_WRITE)
    async def app_deactivate(self, info: Info, input: AppDeactivateInput) -> AppPayload:
        """Shuts an app out for good, from its next request on, and ends its tokens. Codes: NOT_FOUND."""
        key = key_from("app", input.app_id, "input", "appId")
        async with info.context.transaction() as session:
            await actions.deactivate(session, key)
            session.answer = input.app_id
        return await _payload(info, key)

    @mutation(Permission.APPS_WRITE, takes_key=False)
    async def app_token_create(self, info: Info, input: AppTokenCreateInput) -> AppTokenCreatePayload:
        """Makes a token, which is told only this once. Two are good at a time, so that an app can change from one to the next.

        The caller must be allowed all that the app may do. An idempotency key has no effect here.
        Codes: INVALID, NOT_FOUND, LIMIT_EXCEEDED, STATE_NOT_ALLOWED.
        """
        key = key_from("app", input.app_id, "input", "appId")
        async with info.context.transaction() as session:
            token, secret = await actions.create_token(session, info.context.actor, key, input.expires_at)
        return AppTokenCreatePayload(app_token=await _token(info, token.id), secret=secret)

    @mutation(Permission.APPS_WRITE)
    async def app_token_revoke(self, info: Info, input: AppTokenRevokeInput) -> AppTokenRevokePayload:
        """Ends a token: the next request with it is refused. Codes: NOT_FOUND."""
        key = key_from("app_token", input.token_id, "input", "tokenId")
        async with info.context.transaction() as session:
            await actions.revoke_token(session, key)
            session.answer = input.token_id
        return AppTokenRevokePayload(app_token=await _token(info, key))


async def _payload(info: Info, key: UUID) -> AppPayload:
    [profile] = await queries.apps_by_key(info.context, [key])
    return AppPayload(app=app_of(profile) if profile else None)


async def _token(info: Info, key: UUID) -> AppToken | None:
    [profile] = await queries.tokens_by_key(info.context, [key])
    return app_token(profile) if profile else None
