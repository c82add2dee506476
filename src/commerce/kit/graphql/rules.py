"""Who may see what: the rules that fields and types declare."""

from dataclasses import dataclass

from commerce.kit.actor import Permission


class _Everyone:
    """The rule of a field that anyone may call."""


class _Owner(_Everyone):
    """The rule of a field that anyone may call and each gets only their own from."""


@dataclass(frozen=True, slots=True)
class InChannels:
    """The rule of a field for those who hold one of the permissions in some channel at least.

    What it reads and changes is then bounded by `actor.channels(…)` or `actor.may_in(…)`. A field with a plain permission
    is for those who hold it everywhere.
    """

    permissions: tuple[Permission, ...]


class _Part(_Everyone):
    """The rule of a type that has none of its own."""


class _Person:
    """The rule of a field for people who have signed in, be it as customers or as staff; not for apps."""


class _Oneself(_Person):
    """The rule of a field for people who have signed in themselves; not for staff who act as them."""


PUBLIC = _Everyone()
"""The rule of a field that says the same to everyone. It may be kept and told to the next."""
OWNER = _Owner()
"""The rule of a field that answers with what is the caller's own, or what only a secret id opens."""
PART = _Part()
"""The rule of a type that is a part of others, such as an amount or a page: it is as open as what holds it."""
Access = _Everyone | _Person | InChannels | Permission | tuple[Permission, ...]
SIGNED_IN = ()
"""The rule of a field for anyone who has signed in."""
PERSON = _Person()
"""The rule of a field about the caller's own things."""
ONESELF = _Oneself()
"""The rule of a field about the caller's own credentials and rights, which nobody else may touch."""


def in_channels(*permissions: Permission) -> InChannels:
    """The rule of a field whose answer is bounded by the channels in which a permission is held."""
    return InChannels(permissions)


def asked_of(access: Access) -> tuple[Permission, ...]:
    """The permissions of which a rule asks for one."""
    if isinstance(access, InChannels):
        return access.permissions
    if isinstance(access, tuple):
        return access
    return (access,) if isinstance(access, Permission) else ()


def with_rule(description: str, access: Access) -> str:
    if isinstance(access, _Everyone):
        return description
    if isinstance(access, _Oneself):
        return f"{description} Needs a sign-in of one's own."
    permissions = asked_of(access)
    where = ", in the channels where it is held" if isinstance(access, InChannels) else ""
    return (
        f"{description} Needs {' or '.join(permissions)}{where}." if permissions else f"{description} Needs a sign-in."
    )
