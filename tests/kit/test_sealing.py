"""Personal data is kept so that neither who reads the tables nor who mixes them up learns or forges anything."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.kit.sealing import NO_VAULT, Unreadable, Vault

OLD, NEW = "an old secret, thirty-two letters", "a new secret, thirty-two letters."
texts = st.text(max_size=300)


@given(texts, st.sampled_from(["email", "phone", "address"]))
def test_what_was_sealed_is_opened_by_any_process_with_the_secret(text: str, label: str) -> None:
    assert Vault([OLD]).open(label, Vault([OLD]).seal(label, text)) == text


def test_the_same_text_looks_different_each_time_and_shows_nothing() -> None:
    vault = Vault([OLD])
    sealed = [vault.seal("email", "ada@example.com") for _ in range(100)]
    assert len(set(sealed)) == 100
    assert all(b"ada" not in one and b"example" not in one for one in sealed)


def test_a_value_is_not_taken_for_another_sort_of_thing() -> None:
    vault = Vault([OLD])
    with pytest.raises(Unreadable):
        vault.open("phone", vault.seal("email", "ada@example.com"))


def test_every_changed_byte_is_noticed() -> None:
    vault = Vault([OLD])
    sealed = vault.seal("email", "ada@example.com")
    for i in range(len(sealed)):
        changed = sealed[:i] + bytes([sealed[i] ^ 1]) + sealed[i + 1 :]
        with pytest.raises(Unreadable):
            vault.open("email", changed)
    for short in (b"", sealed[:5], sealed[:-1]):
        with pytest.raises(Unreadable):
            vault.open("email", short)


def test_another_shop_opens_and_finds_nothing() -> None:
    ours, theirs = Vault([OLD]), Vault([NEW])
    with pytest.raises(Unreadable):
        theirs.open("email", ours.seal("email", "ada@example.com"))
    assert ours.index("email", "ada@example.com") not in theirs.indexes("email", "ada@example.com")


def test_while_keys_are_changed_old_values_are_opened_and_found() -> None:
    before, during, after = Vault([OLD]), Vault([NEW, OLD]), Vault([NEW])
    sealed, index = before.seal("email", "ada@example.com"), before.index("email", "ada@example.com")
    assert during.open("email", sealed) == "ada@example.com"
    assert index in during.indexes("email", "ada@example.com")
    assert (during.is_current(sealed), during.is_current(during.seal("email", "x"))) == (False, True)
    assert after.open("email", during.seal("email", "ada@example.com")) == "ada@example.com"
    assert during.index("email", "ada@example.com") == after.index("email", "ada@example.com")
    with pytest.raises(Unreadable):
        after.open("email", sealed)


def test_an_index_tells_sorts_of_things_and_texts_apart() -> None:
    vault = Vault([OLD])
    found = [vault.index(label, text) for label in ("email", "phone") for text in ("a", "b", "a:b")]
    assert all(one != other for one, other in combinations(found, 2))


def test_documents_and_what_is_not_there_come_back_as_they_were() -> None:
    vault = Vault([OLD])
    document = {"name": "李雷", "lines": ["科技园路 1 号"], "deep": {"n": 1}}
    assert vault.open_document("address", vault.seal_document("address", document)) == document
    assert vault.seal_document("address", None) is None
    assert vault.open_document("address", None) is None
    assert vault.seal_any("name", None) is None
    assert vault.open_any("name", None) is None


def test_without_a_key_nothing_is_sealed() -> None:
    with pytest.raises(Unreadable):
        NO_VAULT.seal("email", "ada@example.com")
    with pytest.raises(Unreadable):
        NO_VAULT.index("email", "ada@example.com")
