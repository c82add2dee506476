"""Why the catalog declines."""

from commerce.kit.errors import ErrorCode, Refusal


class NoSlug(Refusal):
    code = ErrorCode.REQUIRED
    message = "No slug can be made from the name: give one of lower-case letters, digits and dashes."


class CombinationTaken(Refusal):
    code = ErrorCode.TAKEN
    message = "Another variant has the same choices."


class ChoicesIncomplete(Refusal):
    code = ErrorCode.REQUIRED
    message = "Each variant needs one choice for every option of its product."


class UnderItself(Refusal):
    message = "A category cannot stand below itself."


class Archived(Refusal):
    code = ErrorCode.STATE_NOT_ALLOWED
    message = "The product was withdrawn."
