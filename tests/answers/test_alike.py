"""What everyone is told alike follows from the rules of the fields."""

import pytest
from graphql import OperationDefinitionNode, is_composite_type, parse

from commerce.kit.answers import Alike
from commerce.kit.changes import announced_tables, public_tables
from commerce.schema import schema

ALIKE = Alike(schema)

NOBODYS = {
    "AddressField", "AddressFormat", "IdentityProvider", "Region",
    "AttributeValue", "Availability", "Brand", "Category", "Channel", "Context", "Country", "CurrencyOption", "Facet",
    "FacetRange", "FacetValue", "Image", "LocaleOption", "Media", "Money", "Node", "PageInfo", "Price", "PriceRange",
    "Product", "ProductConnection", "ProductEdge", "ProductOption", "ProductOptionValue", "ProductTranslation",
    "ProductVariant", "ProductVariantConnection", "ProductVariantEdge", "Query", "SelectedOption", "Seo", "TaxedMoney",
    "Video",
}  # fmt: skip
"""Types whose objects look the same to everyone. What is added here is kept and told to others: think about it."""


def test_types_that_look_the_same_to_everyone_are_listed() -> None:
    assert ALIKE.types == NOBODYS


def test_tables_that_everyone_may_be_told_from_are_listed() -> None:
    told = {"catalog", "channels", "inventory", "pricing", "tax", "vendors", "search"}
    assert {name.partition("_")[0] for name in public_tables()} <= told
    assert public_tables() <= announced_tables()
    assert not {"inventory_reservation", "inventory_movement", "payments_option"} & public_tables()


@pytest.mark.parametrize(
    ("document", "is_alike"),
    [
        ("{ products { nodes { name variants { nodes { price { current { amount } } } } } } }", True),
        ("{ __typename channels { code } }", True),
        ('{ __schema { types { name fields { type { name } } } } __type(name: "Order") { name } }', True),
        ("{ node(id: 1) { id } }", True),
        ("{ node(id: 1) { ... on Product { id media { ... on Image { url } } } ... { id } } }", True),
        ("{ ...F } fragment F on Query { products { nodes { ...P } } } fragment P on Product { id }", True),
        ("{ viewer { __typename } }", False),
        ("{ a: cart(id: 1) { __typename } }", False),
        ("{ products { nodes { id } } checkout(id: 1) { id } }", False),
        ("{ order(id: 1) { id } }", False),
        ("{ orders { nodes { id } } }", False),
        ("{ node(id: 1) { id ... on Cart { id } } }", False),
        ("{ node(id: 1) { ... on Node { ... on Order { id } } } }", False),
        ("{ products { nodes { name status } } }", False),
        ("{ products { nodes { ...P } } } fragment P on Product { status }", False),
        ("{ viewer @skip(if: true) { __typename } channels { code } }", False),
        ("mutation { signOut { __typename } }", False),
        ("subscription { __typename }", False),
    ],
)  # fmt: skip
def test_documents_that_touch_what_is_somebodys_own_are_told_apart(document: str, is_alike: bool) -> None:
    parsed = parse(document)
    [operation] = [one for one in parsed.definitions if isinstance(one, OperationDefinitionNode)]
    assert ALIKE.covers(parsed, operation) is is_alike


def test_whatever_is_added_is_somebodys_own_until_its_field_is_public() -> None:
    kinds = {name for name, kind in schema._schema.type_map.items() if is_composite_type(kind)}
    private = {name for name in kinds - ALIKE.types if not name.startswith("__")}
    assert {"Cart", "Checkout", "Order", "Viewer", "StaffMember", "StockLevel", "TaxRate", "PaymentOption"} <= private
