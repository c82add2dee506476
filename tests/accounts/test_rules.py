"""What a password, an address and a name must be."""

import pytest
from argon2 import extract_parameters

from commerce.accounts.rules import emails, passwords
from commerce.accounts.values import Hidden
from commerce.kit.errors import Refusal
from commerce.kit.idempotency import claim_for
from commerce.kit.sealing import Vault


@pytest.mark.parametrize(
    "password",
    ["harbor-and-pine", "x1x2x3x4", "漢字かな交じり文字列", " eight ch", "🦭🦭🦭🦭🐟🐟🐟🐟", "x" * 127 + "y"],
)
def test_good_passwords_are_taken(password: str) -> None:
    passwords.check_password(password)


@pytest.mark.parametrize(
    "password", ["", "1234567", "12345678", "PASSWORD123", "aaaaaaaa", "ｐａｓｓｗｏｒｄ", "y" + "x" * 128]
)
def test_bad_passwords_are_refused(password: str) -> None:
    with pytest.raises(Refusal):
        passwords.check_password(password)


def test_a_decoy_costs_as_much_as_a_password() -> None:
    parameters = extract_parameters(passwords.DECOY)
    assert parameters == extract_parameters(passwords.hash_of("harbor-and-pine"))
    assert (parameters.memory_cost, parameters.time_cost, parameters.parallelism) == (19456, 2, 1)


def test_a_password_is_the_same_on_every_keyboard() -> None:
    assert passwords.matches("cafe\u0301-am-hafen", passwords.hash_of("caf\u00e9-am-hafen"))
    assert not passwords.matches("cafe-am-hafen", passwords.hash_of("caf\u00e9-am-hafen"))
    assert not passwords.matches("harbor-and-pine", "not a hash")


def test_addresses_have_one_spelling() -> None:
    assert emails.checked_email("  Ada@Example.COM\n") == "ada@example.com"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ada",
        "ada@",
        "@example.com",
        "a da@example.com",
        "ada@example",
        "a\0@b.c",
        "a@b@c.d",
        "a@b..c",
        "a@.b.c",
        "a@b.c.",
        "<a@b.c>",
        "a\u202e@b.c",
        "a\u200b@b.c",
        "a\u00ad@b.c",
        "\ud800@b.c",
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(Refusal):
        emails.checked_email(text)


def test_what_is_hidden_leaves_no_trace_in_the_hash_of_a_request() -> None:
    assert repr([Hidden("harbor-and-pine")]) == "[[hidden]]"
    vault = Vault(["a secret of thirty-two characters"])
    one, two = (claim_for(vault, "s", "k", "o", [Hidden(text)]) for text in ("one", "two"))
    assert one == two
