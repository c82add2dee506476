"""Whoever looks at a customer over the counter's edge sees enough to recognize them."""

import pytest

from commerce.kit import masking


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("+8613812345678", "138****5678"),
        ("+14155550123", "+14****0123"),
        ("+4915112345678", "+49****5678"),
        ("+96522223333", "+96****3333"),
        ("+6581234567", "+65****4567"),
        ("+2901234", "****1234"),
        ("12345", "***"),
        ("", "***"),
    ],
)
def test_phone(number: str, shown: str) -> None:
    assert masking.phone(number) == shown


@pytest.mark.parametrize(
    ("address", "shown"),
    [("ada@example.com", "a***@example.com"), ("a@b.co", "a***@b.co"), ('"a@b"@c.de', '"***@c.de'), ("", "***")],
)
def test_email(address: str, shown: str) -> None:
    assert masking.email(address) == shown


@pytest.mark.parametrize(
    ("full", "shown"),
    [("张伟", "张*"), ("欧阳娜娜", "欧**"), ("Ada Park", "A***"), ("  Bo ", "B***"), ("李", "李"), ("", "***")],
)
def test_name(full: str, shown: str) -> None:
    assert masking.name(full) == shown
