"""Why we do not do what a customer asks."""

from commerce.kit.errors import ErrorCode, Refusal, TooMany


class AddressBookFull(TooMany):
    message = "An address book holds at most {most} addresses."


class GroupCodeTaken(Refusal):
    code = ErrorCode.TAKEN
    message = "There is already a group with this code."


class PermissionMissing(Refusal):
    code = ErrorCode.STATE_NOT_ALLOWED
    message = "This also needs the permission {permission}."


class ExportUnderWay(Refusal):
    code = ErrorCode.STATE_NOT_ALLOWED
    message = "Your data is already being gathered."


class ErasureRequested(Refusal):
    code = ErrorCode.STATE_NOT_ALLOWED
    message = "The account is already to be erased."


class NothingToCancel(Refusal):
    code = ErrorCode.STATE_NOT_ALLOWED
    message = "There is no erasure to call off."


class AlreadyErased(Refusal):
    code = ErrorCode.STATE_NOT_ALLOWED
    message = "This customer was erased."


class StaffIsManagedElsewhere(Refusal):
    code = ErrorCode.STATE_NOT_ALLOWED
    message = "This is a member of the staff, who is let in and out there."
