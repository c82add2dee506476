"""The ways in which the viewer can sign in, and what becomes of two accounts of one person."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

import strawberry

from commerce.accounts import actions
from commerce.accounts.actions import identities as ways
from commerce.accounts.graphql import credentials
from commerce.accounts.graphql.credentials import CredentialInput
from commerce.accounts.graphql.sessions import AuthPayload, came_by_cookies, let_in
from commerce.accounts.graphql.viewer import Viewer, viewer_of
from commerce.accounts.queries import own
from commerce.accounts.values import IdentityKind, OwnIdentity
from commerce.kit import ids
from commerce.kit.graphql import (
    ID,
    ONESELF,
    OWNER,
    PART,
    PUBLIC,
    Info,
    Node,
    Payload,
    batched,
    derived,
    described,
    described_enum,
    extend,
    input_type,
    key_from,
    mutation,
    node_loader,
    object_type,
)

described_enum(
    {
        IdentityKind.EMAIL: "An e-mail address.",
        IdentityKind.PHONE: "A phone.",
        IdentityKind.WECHAT: "An account of WeChat.",
        IdentityKind.OIDC: "An account elsewhere, by OpenID Connect.",
    }
)(IdentityKind)


@object_type(OWNER)
class Identity(Node):
    """Something that the viewer has shown to be theirs, and can sign in by."""

    prefix: ClassVar[str] = "identity"
    identity: strawberry.Private[OwnIdentity]

    @derived
    def kind(self) -> IdentityKind:
        """What sort of thing it is."""
        return self.identity.kind

    @derived
    def provider(self) -> str:
        """`email`, `phone`, or the name of the provider."""
        return self.identity.provider

    @derived
    def contact(self) -> str | None:
        """The address, or the phone in E.164 form; null for accounts elsewhere."""
        is_contact = self.identity.kind in (IdentityKind.EMAIL, IdentityKind.PHONE)
        return self.identity.subject if is_contact else None

    @derived
    def created_at(self) -> datetime:
        """When it was shown first."""
        return self.identity.created_at


def _identity(known: OwnIdentity) -> Identity:
    return Identity(key=known.key, identity=known)


async def _own(info: Info) -> list[OwnIdentity]:
    """The caller's; none for guests, and for staff who act as somebody else."""
    actor = info.context.actor
    return await own.identities(info.context, actor.person) if actor.person and actor.behind is None else []


@node_loader("identity")
async def _identities(keys: Sequence[Any], info: Info) -> Sequence[Node | None]:
    known = {one.key: one for one in await _own(info)}
    return [_identity(known[key]) if key in known else None for key in keys]


@extend(Viewer)
@batched
async def identities(viewers: list[Viewer], info: Info) -> list[list[Identity]]:
    """What the viewer can sign in by, the first one first; empty for staff who act as somebody else."""
    if info.context.actor.behind is not None:
        return [[] for _ in viewers]
    found = await own.identities_each(info.context, [viewer.profile.key for viewer in viewers])
    return [[_identity(one) for one in ours] for ours in found]


@input_type
class IdentityLinkInput:
    """Adds a way to sign in."""

    credential: CredentialInput = described(
        "Proof of what is to be added: a `code` that `codeSend` has sent for IDENTITY_LINK, or that of a provider."
    )


@input_type
class IdentityUnlinkInput:
    """Removes a way to sign in."""

    identity_id: ID = described("The identity.")
    idempotency_key: str | None = described("Repeating the request with the same key answers the same.", default=None)


@input_type
class AccountMergeInput:
    """Makes one account of two."""

    merge_token: str = described("What `IdentityTakenError` came with. It is good for ten minutes, once.")
    idempotency_key: str | None = described(
        "A UUID; needed here or as a header. Repeating the request with the same key answers with the viewer only.",
        default=None,
    )


@object_type(PART)
class IdentityLinkPayload(Payload):
    """Result of `identityLink`."""

    identity: Identity | None = described("What the viewer can sign in by now; null after an error.", default=None)


@object_type(PART)
class IdentityUnlinkPayload(Payload):
    """Result of `identityUnlink`."""

    viewer: Viewer | None = described("The viewer without it; null after an error.", default=None)

    @classmethod
    async def replayed(cls, answer: str | None, info: Info, **arguments: Any) -> Any:  # noqa: ARG003
        """The viewer as they are now."""
        return cls(viewer=await viewer_of(info, info.context.actor.person))


@strawberry.type
class IdentitiesMutation:
    @mutation(ONESELF, takes_key=False)
    async def identity_link(self, info: Info, input: IdentityLinkInput) -> IdentityLinkPayload:
        """Adds an address, a phone or an account elsewhere to the viewer's account, and tells an address that was known.

        What is another account's is refused with an `IdentityTakenError`, which offers to merge the two. An idempotency key has
        no effect here: what is linked already is linked again without effect. The viewer must have signed in within the last 15
        minutes.
        Codes: CREDENTIAL_REJECTED, IDENTITY_TAKEN, INVALID, LIMIT_EXCEEDED, NOT_FOUND, REAUTHENTICATION_REQUIRED,
        UNAVAILABLE.
        """
        key = await credentials.link(info.context, input.credential)
        found = next((one for one in await _own(info) if one.key == key), None)
        return IdentityLinkPayload(identity=_identity(found) if found else None)

    @mutation(ONESELF)
    async def identity_unlink(self, info: Info, input: IdentityUnlinkInput) -> IdentityUnlinkPayload:
        """Removes a way to sign in, and tells an address that was known. The last one remains, and so does the last address
        of a staff member.

        The viewer must have signed in within the last 15 minutes.
        Codes: NOT_FOUND, REAUTHENTICATION_REQUIRED, STATE_NOT_ALLOWED.
        """
        context = info.context
        key = key_from("identity", input.identity_id, "input", "identityId")
        async with context.transaction() as session:
            await ways.unlink(session, context, context.actor, key)
            session.answer = input.identity_id
        return IdentityUnlinkPayload(viewer=await viewer_of(info, context.actor.person))

    @mutation(PUBLIC, needs_key=True)
    async def account_merge(self, info: Info, input: AccountMergeInput) -> AuthPayload:
        """Makes one account of two that somebody has shown to be theirs. The older one stays, with all that both had, and a
        new session of it begins; those of the other end. An address of each is told. It cannot be undone.

        Whoever was signed in when the offer was made must be so still. A repeated request is answered without tokens.
        Codes: CREDENTIAL_REJECTED, REQUIRED, STATE_NOT_ALLOWED.
        """
        challenge = ids.decode("challenge", input.merge_token)
        merged = await actions.merge(info.context, info.context.actor, challenge)
        return await let_in(info, merged, use_cookies=came_by_cookies(info))
