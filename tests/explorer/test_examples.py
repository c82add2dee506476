"""The operations to start from suit our schema and the demo shop."""

import json

import pytest
from graphql import OperationDefinitionNode, get_variable_values, parse, validate

from commerce import explorer
from commerce.schema import schema
from commerce.seed.files import read
from commerce.seed.marker import DEMO

EXAMPLES = explorer.examples()
SCHEMA = schema._schema
TOUR = explorer.Example("tour", "{ __typename }", '{"a": "<id of MUG>", "b": ["<id of TEA>", "<id of MUG>"]}')


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_example_is_valid_and_its_variables_suit_it(example: explorer.Example) -> None:
    document = parse(example.query)
    assert validate(SCHEMA, document) == []
    given = json.loads(example.variables or "{}")
    for operation in document.definitions:
        assert isinstance(operation, OperationDefinitionNode)
        values = get_variable_values(SCHEMA, operation.variable_definitions or (), given)
        assert not isinstance(values, list), values


def test_the_demo_shop_sells_what_the_examples_want() -> None:
    demo = read(DEMO)
    skus = {variant.sku for product in demo.products for variant in product.variants}
    assert explorer.skus_in(EXAMPLES)
    assert set(explorer.skus_in(EXAMPLES)) <= skus


def test_examples_get_the_ids_of_the_shop() -> None:
    assert explorer.skus_in([TOUR]) == ["MUG", "TEA"]
    [filled] = explorer.filled([TOUR], {"MUG": "variant_1", "PEN": "variant_2"})
    assert json.loads(filled.variables) == {"a": "variant_1", "b": ["<id of TEA>", "variant_1"]}
    assert (filled.name, filled.query) == (TOUR.name, TOUR.query)
