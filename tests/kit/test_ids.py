"""Ids can be told apart, sorted by time, and not guessed from anything else."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.kit.ids import decode, encode, new_key, secret_key, split


@given(st.uuids(), st.sampled_from(["product", "cart", "price_list"]))
def test_id_and_back(key: UUID, prefix: str) -> None:
    text = encode(prefix, key)
    assert decode(prefix, text) == key
    assert split(text) == (prefix, key)


def test_id_is_a_type_id_as_specified() -> None:
    assert encode("prefix", UUID("01890a5d-ac96-774b-bcce-b302099a8057")) == "prefix_01h455vb4pex5vsknk084sn02q"
    assert encode("prefix", UUID(int=0)) == "prefix_00000000000000000000000000"
    assert encode("prefix", UUID(int=2**128 - 1)) == "prefix_7zzzzzzzzzzzzzzzzzzzzzzzzz"


@given(st.uuids(), st.uuids())
def test_ids_sort_as_their_keys(one: UUID, other: UUID) -> None:
    assert (encode("a", one) < encode("a", other)) == (one < other)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "product",
        "product_",
        "01h455vb4pex5vsknk084sn02q",
        "_01h455vb4pex5vsknk084sn02q",
        "cart_01h455vb4pex5vsknk084sn02q",
        "Product_01h455vb4pex5vsknk084sn02q",
        "product_01H455VB4PEX5VSKNK084SN02Q",
        "product_81h455vb4pex5vsknk084sn02q",
        "product_01h455vb4pex5vsknk084sn02",
        "product_01h455vb4pex5vsknk084sn02qq",
        "product_01h455vb4pex5vsknk084sn02u",
        "product_01h455vb4pex5vsknk084sn02q\n",
        "product_01890a5d-ac96-774b-bcce-b302099a8057",
    ],
)
def test_anything_else_is_no_id(text: str) -> None:
    assert decode("product", text) is None


@given(st.text(max_size=60))
def test_no_text_upsets_the_decoder(text: str) -> None:
    assert decode("product", text) is None or text.startswith("product_")


def test_keys_are_ordered_by_time_and_differ() -> None:
    keys = [new_key() for _ in range(1000)]
    assert len(set(keys)) == 1000
    assert [key.int >> 80 for key in keys] == sorted(key.int >> 80 for key in keys)
    assert {(key.version, key.variant) for key in keys} == {(7, "specified in RFC 4122")}


def test_secret_keys_hold_no_time() -> None:
    assert secret_key().version == 4
    assert secret_key() != secret_key()
