"""Why somebody does not come in."""

from commerce.kit.errors import ErrorCode, InUse, Refusal, Taken, TooMany


class CredentialRejected(Refusal):
    code = ErrorCode.CREDENTIAL_REJECTED
    message = "The e-mail address or the password is not right."


class PasswordRejected(Refusal):
    code = ErrorCode.CREDENTIAL_REJECTED
    message = "The password is not right."


class CodeRejected(Refusal):
    code = ErrorCode.CREDENTIAL_REJECTED
    message = "The code is not right, or no longer good. Ask for a new one."


class SecondFactorRequired(Refusal):
    code = ErrorCode.SECOND_FACTOR_REQUIRED
    message = "Enter the code of your authenticator app."


class IdentityTaken(Refusal):
    code = ErrorCode.IDENTITY_TAKEN
    message = "This belongs to another account of yours. You can merge the two."


class NotShownLately(Refusal):
    code = ErrorCode.REAUTHENTICATION_REQUIRED
    message = "Sign in again first, to show that it is you."


class LastIdentity(Refusal):
    code = ErrorCode.STATE_NOT_ALLOWED
    message = "This is the last way to sign in, so it must remain."


class NotMerged(Refusal):
    code = ErrorCode.STATE_NOT_ALLOWED
    message = "These accounts cannot be merged."


class RefreshTokenRejected(Refusal):
    code = ErrorCode.CREDENTIAL_REJECTED
    message = "The session has ended. Sign in again."


class ProviderUnknown(Refusal):
    code = ErrorCode.NOT_FOUND
    message = "This shop has no such way to sign in."


class ProviderNotStarted(Refusal):
    message = "This provider is not started by an address: send the code that its app gives."


class ReturnNotAllowed(Refusal):
    message = "People can only be sent back to an address of this shop."


class ProviderUnavailable(Refusal):
    code = ErrorCode.UNAVAILABLE
    message = "{provider} does not answer. Start again, with a new code."


class ProviderRejected(Refusal):
    code = ErrorCode.CREDENTIAL_REJECTED
    message = "This sign-in is no longer good. Start again, with a new code."


class ProviderDeclined(Refusal):
    code = ErrorCode.CREDENTIAL_REJECTED
    message = "{provider} does not vouch for this account."


class ProviderTooOften(Refusal):
    code = ErrorCode.LIMIT_EXCEEDED
    message = "{provider} was asked too often for this account. Wait a minute."


class TooManyTries(Refusal):
    code = ErrorCode.LIMIT_EXCEEDED
    message = "Too many tries. Try again in {minutes} min."


class PasswordTooShort(Refusal):
    message = "A password has at least {least} characters."


class PasswordTooCommon(Refusal):
    message = "This password is too common. Choose another one."


class EmailTaken(Taken):
    message = "There is already an account with this e-mail address."


class PermissionNotHeld(Refusal):
    message = "Only those who hold the permission {permission} can give it."


class LastStaffManager(Refusal):
    code = ErrorCode.STATE_NOT_ALLOWED
    message = "Somebody who manages the staff must remain."


class RoleInUse(InUse):
    message = "Somebody still has this role, or is invited to it."


class InvitationRejected(Refusal):
    code = ErrorCode.CREDENTIAL_REJECTED
    message = "The invitation is not valid, or no longer good. Ask for a new one."


class InvitationAccepted(Refusal):
    code = ErrorCode.STATE_NOT_ALLOWED
    message = "The invitation was accepted already."


class AlreadyStaff(Taken):
    message = "Somebody with this e-mail address works here already."


class NotProvenAgain(Refusal):
    code = ErrorCode.REAUTHENTICATION_REQUIRED
    message = "Enter your password, or sign in again, to show that it is you."


class SecondFactorOn(Refusal):
    code = ErrorCode.STATE_NOT_ALLOWED
    message = "There is a second factor already. Take it away first."


class NoSecondFactor(Refusal):
    code = ErrorCode.STATE_NOT_ALLOWED
    message = "No second factor is set up."


class OwnSecondFactor(Refusal):
    code = ErrorCode.STATE_NOT_ALLOWED
    message = "Your own second factor is taken away by one of its codes."


class NotInTheirPlace(Refusal):
    code = ErrorCode.STATE_NOT_ALLOWED
    message = "Only a member of the staff who has signed in can act as a customer."


class StaffNotImpersonated(Refusal):
    code = ErrorCode.STATE_NOT_ALLOWED
    message = "Nobody acts as a member of the staff."


class AppDeactivated(Refusal):
    code = ErrorCode.STATE_NOT_ALLOWED
    message = "The app was deactivated."


class TooManyTokens(TooMany):
    message = "An app has at most {most} tokens at a time. Revoke one first."
