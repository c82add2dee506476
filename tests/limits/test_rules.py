"""The limits of documents: what everybody sends passes, and each limit holds to the number."""

import re
from pathlib import Path

import pytest
from graphql import GraphQLError, get_introspection_query, parse

from benchmarks import documents
from commerce.explorer.examples import examples
from commerce.kit.limits import Limits
from commerce.schema import schema
from tests.limits.hostile import chain, nested, repeated

LIMITS = Limits(schema)
EVERYTHING = get_introspection_query(
    specified_by_url=True, directive_is_repeatable=True, schema_description=True, input_value_deprecation=True
)
ROOT = Path(__file__).parents[2]


def told(text: str, limits: Limits = LIMITS) -> list[tuple[object, ...]]:
    """The code, the limit and what was found, of each error."""
    return [tuple((error.extensions or {}).values()) for error in limits.check(parse(text))]


@pytest.mark.parametrize(
    "text",
    [
        *(example.query for example in examples()),
        *re.findall(r"```graphql\n((?:query|mutation).*?)```", (ROOT / "docs/storefront.md").read_text(), re.DOTALL),
        *(documents.W1, documents.W2, documents.W3, documents.W4, *documents.W5, documents.W6, documents.W7),
    ],
)
def test_what_shops_ask_for_is_within_the_limits(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize(
    "text",
    [
        EVERYTHING,
        get_introspection_query(),
        get_introspection_query(type_depth=15, one_of=True),
        "{ __schema { queryType { name } types { kind name possibleTypes { name } } } }",
        '{ __type(name: "Product") { name fields(includeDeprecated: true) { name type { name ofType { name } } } } }',
        "{ __typename }",
    ],
    ids=["with all options", "plain", "with longer types", "possible types", "one type", "type name"],
)
def test_tools_may_ask_for_the_schema(text: str) -> None:
    assert told(text) == []


def test_the_schema_may_be_asked_for_twice_and_not_three_times() -> None:
    one = EVERYTHING[EVERYTHING.index("__schema") : EVERYTHING.index("fragment")].strip().removesuffix("}")
    fragments = EVERYTHING[EVERYTHING.index("fragment") :]
    assert told(f"{{ a: {one} b: {one} }} {fragments}") == []
    [(code, limit, found)] = told(f"{{ a: {one} b: {one} c: {one} }} {fragments}")
    assert (code, limit) == ("TOO_COMPLEX", LIMITS.introspected)
    assert found == limit * 3 // 2


def test_the_schema_can_be_closed() -> None:
    closed = Limits(schema, introspection=False)
    assert told("{ __schema { types { name } } }", closed) == [("INTROSPECTION_OFF",)]
    assert told('{ ...F } fragment F on Query { __type(name: "Product") { name } }', closed) == [("INTROSPECTION_OFF",)]
    assert told("{ __typename channels { __typename } }", closed) == []


@pytest.mark.parametrize(
    ("make", "code", "limit"),
    [
        (lambda n: "{" + nested("a", n - 1) + "}", "TOO_DEEP", 15),
        (lambda n: "{ ...F0 }" + chain("Query", n - 1, lambda f: f"a {{ {f} }}", "a"), "TOO_DEEP", 15),
        (lambda n: "{ a {" + repeated(lambda i: f"a{i}: b", n) + "} }", "TOO_MANY_ALIASES", 100),
        (lambda n: "{" + nested("... ", 3, "a " + "@a " * n) + "}", "TOO_MANY_DIRECTIVES", 50),
        (lambda n: "query Q($a: Int " + "@a " * n + ") { a }", "TOO_MANY_DIRECTIVES", 50),
        (lambda n: f"query Q {'@a ' * n} {{ a }}", "TOO_MANY_DIRECTIVES", 50),
        (lambda n: f"{{ {'...F @a ' * n} }} fragment F on Query {{ a }}", "TOO_MANY_DIRECTIVES", 50),
        (lambda n: f"{{ a }} fragment F on Query {'@a ' * n} {{ a }}", "TOO_MANY_DIRECTIVES", 50),
        (lambda n: "{" + repeated(lambda i: f"a{i}", n) + "}", "TOO_MANY_FIELDS", 20),
        (lambda n: "{ ...F }" + f"fragment F on Query {{ ... {{ {repeated(lambda i: f'a{i}', n)} }} }}", "TOO_MANY_FIELDS", 20),
        (lambda n: "mutation {" + repeated(lambda i: f"a{i}", n) + "}", "TOO_MANY_FIELDS", 10),
        (lambda n: '{ __type(name: "A") {' + nested("ofType", n - 2, "name") + "} }", "TOO_DEEP", 25),
    ],
)  # fmt: skip
def test_a_limit_holds_to_the_number(make: "object", code: str, limit: int) -> None:
    assert callable(make)
    assert told(make(limit)) == []
    assert told(make(limit + 1)) == [(code, limit, limit + 1)]


def test_a_fragment_counts_with_each_of_its_uses() -> None:
    fragment = f"fragment F on Product {{ {repeated(lambda i: f'a{i}: name', 10)} }}"
    used = repeated(lambda i: f"p{i} {{ ...F }}", 11)
    assert told(f"{{ a {{ {used} }} }} {fragment}") == [("TOO_MANY_ALIASES", 100, 110)]


def test_fields_of_one_name_are_one_field_of_the_operation() -> None:
    assert told("{" + "viewer { id } " * 30 + "}") == []


def test_each_limit_is_told_once_and_at_its_place() -> None:
    many = repeated(lambda i: f"a{i}: a", 101)
    errors = LIMITS.check(parse(f"query A {{ a {{ {many} }} }} query B {{ a {{ {many} x: a }} }}"))
    assert [error.message for error in errors] == ["At most 100 aliases are allowed, and there are 102."]
    assert isinstance(errors[0], GraphQLError)
    assert errors[0].nodes is not None
    assert errors[0].nodes[0].name.value == "B"  # type: ignore[attr-defined]
