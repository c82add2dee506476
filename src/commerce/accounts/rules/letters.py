"""What is written to people about their accounts."""

from commerce.accounts.rules.codes import LIFE
from commerce.accounts.values import Purpose
from commerce.kit.errors import spoken
from commerce.messages.values import Letter

SUBJECT = spoken("Your code")
_CODES = {
    Purpose.SIGN_IN: spoken(
        "{code} is your code to sign in. It is good for {minutes} minutes. Tell it to nobody, whoever asks."
    ),
    Purpose.IDENTITY_LINK: spoken(
        "{code} is your code to add this contact to your account. It is good for {minutes} minutes. Tell it to nobody, whoever asks."
    ),
    Purpose.ORDER_LOOKUP: spoken(
        "{code} is your code to see your order. It is good for {minutes} minutes. Tell it to nobody, whoever asks."
    ),
    Purpose.PASSWORD_RESET: spoken(
        "{code} is your code to set a new password. It is good for {minutes} minutes. If you did not ask for it, leave it: your password stays as it is. Tell it to nobody, whoever asks."
    ),
}


def with_code(purpose: Purpose, code: str) -> Letter:
    """The letter that brings a code."""
    facts = {"code": code, "minutes": str(int(LIFE.total_seconds() // 60))}
    return Letter(f"accounts.{purpose.lower()}", SUBJECT, _CODES[purpose], facts, LIFE)


PASSWORD_SET = Letter(
    "accounts.password_set",
    spoken("Your password was changed"),
    spoken("The password of your account was changed. If it was not you, set a new one at once."),
)
IDENTITY_ADDED = Letter(
    "accounts.identity_added",
    spoken("A new way to sign in"),
    spoken("A way to sign in was added to your account. If it was not you, remove it and change your password."),
)
IDENTITY_REMOVED = Letter(
    "accounts.identity_removed",
    spoken("A way to sign in was removed"),
    spoken("A way to sign in was removed from your account. If it was not you, change your password."),
)


def no_account(_code: str) -> Letter:
    """The letter to a contact that somebody wants a new password for, and that nobody has."""
    text = spoken(
        "Somebody asked for a new password, but there is no account with this contact. If it was you, sign in by a code: that opens one."
    )
    return Letter("accounts.no_account", spoken("No account"), text)
