"""The second factor, for those who have one."""

import strawberry

from commerce.accounts.actions import factors as actions
from commerce.accounts.graphql.passwords import HASHING
from commerce.accounts.graphql.viewer import Viewer, viewer_of
from commerce.accounts.values import Hidden
from commerce.kit.graphql import ONESELF, PART, Info, Payload, described, input_type, mutation, object_type
from commerce.kit.limits import costs


@input_type
class TotpBeginInput:
    """Starts to set up an authenticator app."""

    password: str | None = described(
        "The viewer's password; not needed within 15 minutes after signing in.", default=None
    )

    def __post_init__(self) -> None:
        self.password = Hidden(self.password) if self.password is not None else None


@input_type
class TotpCodeInput:
    """Shows a code."""

    code: str = described(
        "The six digits that the authenticator app shows; where one is set up already, also a recovery code."
    )

    def __post_init__(self) -> None:
        self.code = Hidden(self.code)


@object_type(PART)
class TotpBeginPayload(Payload):
    """Result of `totpBegin`."""

    secret: str | None = described(
        "What the app is to hold, in base32, to be typed; null after an error.", default=None
    )
    uri: str | None = described(
        "The same as `otpauth://…`, to be shown as a QR code; null after an error.", default=None
    )


@object_type(PART)
class RecoveryCodesPayload(Payload):
    """Result of `totpConfirm` and `recoveryCodesRenew`."""

    recovery_codes: list[str] | None = described(
        "Ten codes, each of which stands in for the app once. They are told only now; null after an error.",
        default=None,
    )
    viewer: Viewer | None = described("Whose they are; null after an error.", default=None)


@object_type(PART)
class TotpDisablePayload(Payload):
    """Result of `totpDisable`."""

    viewer: Viewer | None = described("Who has no second factor any more; null after an error.", default=None)


@strawberry.type
class FactorsMutation:
    @costs(weight=HASHING)
    @mutation(ONESELF, takes_key=False)
    async def totp_begin(self, info: Info, input: TotpBeginInput) -> TotpBeginPayload:
        """Starts to set up an authenticator app (TOTP, RFC 6238). `totpConfirm` completes it; until then nothing changes.

        An idempotency key has no effect here.
        Codes: CREDENTIAL_REJECTED, LIMIT_EXCEEDED, REAUTHENTICATION_REQUIRED, STATE_NOT_ALLOWED.
        """
        secret, uri = await actions.begin(info.context, info.context.actor, input.password)
        return TotpBeginPayload(secret=secret, uri=uri)

    @mutation(ONESELF, takes_key=False)
    async def totp_confirm(self, info: Info, input: TotpCodeInput) -> RecoveryCodesPayload:
        """Shows that the app works. From now on whoever signs in as the viewer is asked for one of its codes.

        An idempotency key has no effect here. Codes: CREDENTIAL_REJECTED, LIMIT_EXCEEDED, STATE_NOT_ALLOWED.
        """
        fresh = await actions.confirm(info.context, info.context.actor, input.code)
        return RecoveryCodesPayload(recovery_codes=fresh, viewer=await viewer_of(info, info.context.actor.id))

    @mutation(ONESELF, takes_key=False)
    async def totp_disable(self, info: Info, input: TotpCodeInput) -> TotpDisablePayload:
        """Takes the viewer's second factor away, by one of its codes or a recovery code.

        An idempotency key has no effect here. Codes: CREDENTIAL_REJECTED, LIMIT_EXCEEDED, STATE_NOT_ALLOWED.
        """
        await actions.disable(info.context, info.context.actor, input.code)
        return TotpDisablePayload(viewer=await viewer_of(info, info.context.actor.id))

    @mutation(ONESELF, takes_key=False)
    async def recovery_codes_renew(self, info: Info, input: TotpCodeInput) -> RecoveryCodesPayload:
        """Ten new recovery codes in place of all old ones, by a code of the app or a recovery code.

        An idempotency key has no effect here. Codes: CREDENTIAL_REJECTED, LIMIT_EXCEEDED, STATE_NOT_ALLOWED.
        """
        fresh = await actions.renew_recovery_codes(info.context, info.context.actor, input.code)
        return RecoveryCodesPayload(recovery_codes=fresh, viewer=await viewer_of(info, info.context.actor.id))
