"""Requests that nobody sends who means well. Each is as large as the limits of its kind let it be, or larger."""

import json
from collections.abc import Callable
from typing import Any

from graphql import Lexer, Source, TokenKind

MOST_TOKENS = 2_000


def tokens_in(text: str) -> int:
    lexer, count = Lexer(Source(text)), 0
    while lexer.advance().kind is not TokenKind.EOF:
        count += 1
    return count


def fitted(make: Callable[[int], str], most: int = MOST_TOKENS) -> str:
    """The largest of a family of documents that is not refused for its length alone."""
    least, above = 1, most
    while above - least > 1:
        middle = (least + above) // 2
        least, above = (middle, above) if tokens_in(make(middle)) <= most else (least, middle)
    return make(least)


def repeated(make: Callable[[int], str], count: int) -> str:
    return " ".join(make(i) for i in range(count))


def nested(fields: str, count: int, innermost: str = "id") -> str:
    """Fields within one another, such as `children`, so often."""
    return "".join(f"{fields}{{" for _ in range(count)) + innermost + "}" * count


def chain(kind: str, count: int, link: Callable[[str], str], last: str) -> str:
    """Fragments, each of which uses the next as `link` says."""
    links = repeated(lambda i: f"fragment F{i} on {kind} {{ {link(f'...F{i + 1}')} }}", count)
    return f"{links} fragment F{count} on {kind} {{ {last} }}"


def all_to_all(kind: str, count: int, field: str) -> str:
    """Fragments that spread every other one that follows."""
    return repeated(
        lambda i: f"fragment F{i} on {kind} {{ {field} {repeated(lambda j: f'...F{i + 1 + j}', count - i - 1)} }}",
        count,
    )


def circle(kind: str, count: int, link: Callable[[str], str]) -> str:
    return repeated(lambda i: f"fragment F{i} on {kind} {{ {link(f'...F{(i + 1) % count}')} }}", count)


PAGE = "products(first: 100)"
TYPES = "types { name fields { name args { name type { name } } type { name ofType { name } } } }"

DOCUMENTS: dict[str, str] = {
    # many of one kind
    "aliases, a thousand": "{" + repeated(lambda i: f"a{i}: channels {{ code }}", 1_000) + "}",
    "aliases, all that fit": fitted(lambda n: "{" + repeated(lambda i: f"a{i}: __typename", n) + "}"),
    "aliases by fragments": "{...F0}" + chain("Query", 8, lambda f: f"a: node(id: 1) {{id}} {f} {f}", "b: __typename"),
    "aliases within a page": f"{{ {PAGE} {{ nodes {{ {repeated(lambda i: f'a{i}: name', 101)} }} }} }}",
    "sign-ins, fifty": "mutation {"
    + repeated(
        lambda i: (
            f'a{i}: signIn(input: {{credential: {{password: {{email: "a@b.c", password: "{i}"}}}}}}) {{ tokens {{access}} }}'
        ),
        50,
    )
    + "}",
    "root fields without aliases": fitted(lambda n: "{" + repeated(lambda i: f"x{i}", n) + "}"),
    "tokens, ten thousand": "{" + " id" * 10_000 + "}",
    "directives on a field": "{ __typename" + " @include(if: true)" * 250 + "}",
    "directives, unknown": "{ __typename" + " @a" * 900 + "}",
    "directives, one each": fitted(lambda n: "{" + "__typename @skip(if: false) " * n + "}"),
    "directives by fragments": "{...F0}" + chain("Query", 25, lambda f: f"{f} @skip(if: false) {f}", "__typename"),
    "operations, all that fit": fitted(lambda n: repeated(lambda i: f"query Q{i} {{ __typename }}", n)),
    "operations with long chains": fitted(
        lambda n: repeated(lambda i: f"query Q{i} {{ ...F0 }}", n) + chain("Query", n, str, "__typename")
    ),
    "variables in long chains": fitted(
        lambda n: (
            repeated(lambda i: f"query Q{i}($a: ID!) {{ ...F0 }}", n)
            + chain("Query", n, lambda f: f"{f} node(id: $a) {{ id }}", "__typename")
        )
    ),
    "unused fragments": fitted(
        lambda n: "{ __typename }" + repeated(lambda i: f"fragment F{i} on Query {{ __typename }}", n)
    ),
    "unused variables": fitted(lambda n: f"query({repeated(lambda i: f'$v{i}: ID', n)}) {{ __typename }}"),
    "arguments, unknown": fitted(lambda n: f"{{ products({repeated(lambda i: f'x{i}: 1', n)}) {{ totalCount }} }}"),
    # deep
    "deep fields": "{ categories {" + nested("children", 150) + "} }",
    "deep fields by fragments": "{ categories { ...F0 } }"
    + chain("Category", 20, lambda f: f"children {{ {f} }}", "id"),
    "deep selections": "{" * 900,
    "deep inline fragments": "{" + nested("...", 180, "__typename") + "}",
    "deep lists": f"{{ nodes(ids: {'[' * 190}{']' * 190}) {{ id }} }}",
    "deep lists that stop the parser": f"{{ nodes(ids: {'[' * 900}{']' * 900}) {{ id }} }}",
    "deep objects": f"{{ products(filter: {'{a:' * 190}1{'}' * 190}) {{ totalCount }} }}",
    "deep types": f"query($a: {'[' * 190}Int{']' * 190}) {{ __typename }}",
    # fragments
    "fragments, 2^25": "{...F0}" + chain("Query", 25, lambda f: f"{f} {f}", "__typename"),
    "fragments, 2^25 with fields": "{...F0}" + chain("Query", 25, lambda f: f"{f} {f}", "channels { code }"),
    "fragments, 2^25 in depth": "{ categories { ...F0 } }"
    + chain("Category", 25, lambda f: f"children {{ {f} {f} }}", "id"),
    "fragments, 2^25 in width": "{ categories { ...F0 } }"
    + chain("Category", 25, lambda f: f"children {{ {f} }} ancestors {{ {f} }}", "id"),
    "fragments, 3^14 at the depth that is allowed": "{ categories { ...F0 } }"
    + chain("Category", 13, lambda f: f"children {{ {f} }} ancestors {{ {f} }} {f}", "id"),
    "fragments, a long chain": "{...F0}" + fitted(lambda n: chain("Query", n, str, "__typename"), MOST_TOKENS - 4),
    "fragments, all to all": "{...F0}" + fitted(lambda n: all_to_all("Query", n, "categories { id }"), MOST_TOKENS - 4),
    "fragments, all at once": fitted(
        lambda n: (
            "{"
            + repeated(lambda i: f"...F{i}", n)
            + "}"
            + repeated(lambda i: f"fragment F{i} on Query {{ categories {{ id name }} }}", n)
        )
    ),
    "circle of one": "{...F0}" + circle("Query", 1, str),
    "circle of two": "{...F0}" + circle("Query", 2, str),
    "circle in depth": "{ categories { ...F0 } }" + circle("Category", 3, lambda f: f"children {{ {f} {f} }}"),
    "circle that nobody enters": "{ __typename }" + circle("Category", 2, lambda f: f"children {{ {f} }}"),
    "circle, a great one": "{...F0}" + fitted(lambda n: circle("Query", n, lambda f: f"{f} {f}"), MOST_TOKENS - 4),
    "fragments that are not there": "{ ...A ...B categories { ...C } }",
    "fragments of one name": "{ ...A } fragment A on Query { ...A } fragment A on Query { __typename }",
    # fields that overlap
    "one field, all that fit": fitted(lambda n: f"{{ products {{ nodes {{ {'id ' * n} }} }} }}"),
    "one object, all that fit": fitted(lambda n: f"{{ products {{ nodes {{ {'brand { id } ' * n} }} }} }}"),
    "one page, all that fit": fitted(
        lambda n: f"{{ products {{ nodes {{ {'variants(first: 1) { nodes { id } } ' * n} }} }} }}"
    ),
    "pairs of objects": fitted(
        lambda n: f"{{ products {{ nodes {{ {'brand { id name slug } featuredImage { url } ' * n} }} }} }}"
    ),
    "one name for other arguments": fitted(
        lambda n: "{" + repeated(lambda i: f"products(first: {i}) {{ totalCount }}", n) + "}"
    ),
    "distinct fields below one name": fitted(lambda n: f"{{ {repeated(lambda i: f'categories {{ x{i} }}', n)} }}"),
    # introspection
    "introspection in a circle": "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }",
    "introspection in a circle by fragments": "{ __schema { types { ...F0 } } }"
    + circle("__Type", 1, lambda f: f"fields {{ type {{ {f} }} }}"),
    "introspection, deep": '{ __type(name: "Query") {' + nested("ofType", 100, "name") + "} }",
    "introspection, a hundred": "{" + repeated(lambda i: f"a{i}: __schema {{ {TYPES} }}", 60) + "}",
    "introspection, a hundred lists": f"{{ __schema {{ {repeated(lambda i: f'a{i}: {TYPES}', 60)} }} }}",
    "introspection, 2^25": "{ __schema { types { ...F0 } } }"
    + chain("__Type", 25, lambda f: f"{f} {f}", "fields { name }"),
    "introspection by fragments of fragments": "{ __schema { ...F0 } }"
    + chain("__Schema", 6, lambda f: f"{f} {f}", f"a: {TYPES}"),
    # dear
    "pages within pages": f"{{ {PAGE} {{ nodes {{ variants(first: 100) {{ nodes {{ product {{ variants(first: 100) {{ nodes {{ id }} }} }} }} }} }} }} }}",
    "pages within pages by edges": f"{{ {PAGE} {{ edges {{ node {{ variants(last: 100) {{ edges {{ node {{ product {{ name categories {{ name }} }} }} }} }} }} }} }} }}",
    "lists within lists": "{ categories { " + nested("children", 8) + " } }",
    "a page too large": "{ products(first: 100000) { nodes { id } } }",
    "ids, all that fit": fitted(lambda n: f"{{ nodes(ids: [{'1 ' * n}]) {{ id }} }}"),
    # long
    "a long name": "{" + "a" * 90_000 + "}",
    "a name too long": "{" + "a" * 100_000 + "}",
    "a long string": '{ node(id: "' + "a" * 90_000 + '") { id } }',
    "a string of a megabyte": '{ node(id: "' + "a" * 900_000 + '") { id } }',
    "a block string": '{ node(id: """' + " a\n" * 25_000 + '""") { id } }',
    "escapes": '{ node(id: "' + "\\u00e9" * 15_000 + '") { id } }',
    "a long number": "{ products(first: " + "9" * 90_000 + ") { totalCount } }",
    "a long comment": "{ __typename #" + "a" * 90_000 + "\n}",
    "many comments": "{ __typename " + "#\n" * 45_000 + "}",
    "blanks": "{ __typename" + " ,\t\ufeff\n" * 15_000 + "}",
    # odd letters
    "letters that only look alike": "{ сhannels { соde } }",
    "letters from right to left": "{ channels { \u202ecode\u202c } }",
    "half a letter": '{ node(id: "\\uD800") { id } }',
    "letters on letters": '{ product(by: {slug: "' + "a" + "\u0301" * 30_000 + '"}) { id } }',
    "nothing": " ",
    "no letters": "\ufeff#",
}
"""By what is hostile in them."""

IDS = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"
FILTER = "query($filter: ProductFilterInput) { products(filter: $filter) { totalCount } }"
VARIABLES: dict[str, tuple[str, Any]] = {
    "ids, all that fit": (IDS, {"ids": ["a"] * 200_000}),
    "numbers, all that fit": (IDS, {"ids": [1] * 400_000}),
    "nothings, all that fit": (IDS, {"ids": [None] * 190_000}),
    "ids, as many as are read": (IDS, {"ids": ["a"] * 19_990}),
    "lines, all that fit": (
        "mutation($input: CartCreateInput!) { cartCreate(input: $input) { cart { id } } }",
        {"input": {"lines": [{"variantId": "a", "quantity": 1}] * 20_000}},
    ),
    "fields that nobody knows": (FILTER, {"filter": {f"a{i}": 1 for i in range(80_000)}}),
    "variables that nobody declared": (FILTER, {f"a{i}": 1 for i in range(80_000)}),
    "a long number": (FILTER, {"filter": {"price": {"min": "9" * 900_000}}}),
    "a long text": (IDS, {"ids": ["a" * 900_000]}),
    "a great default": (
        "query($ids: [ID!]! = [" + "1 " * 1_900 + "]) { nodes(ids: $ids) { id } }",
        {},
    ),
}
"""Documents that are harmless, with variables that are not."""

BODIES: dict[str, bytes] = {
    "a batch": json.dumps([{"query": "{ __typename }"}] * 1_000).encode(),
    "deep variables": b'{"query":"{ __typename }","variables":{"a":' + b"[" * 1_000 + b"]" * 1_000 + b"}}",
    "deep variables with NUL": b'{"query":"{ __typename }","variables":{"a":'
    + b'{"a":' * 600
    + b'"\\u0000"'
    + b"}" * 600
    + b"}}",
    "deep JSON": b"[" * 100_000,
    "a number without end": b'{"query":"{ __typename }","variables":{"a":' + b"9" * 100_000 + b"}}",
    "a body of two megabytes": b'{"query":"{ __typename }","variables":{"a":"' + b"a" * 2_000_000 + b'"}}',
    "half a letter": b'{"query":"{ __typename }","variables":{"a":"\xed\xa0\x80"}}',
    "half a letter by its number": b'{"query":"{ __typename }","variables":{"a":"\\ud800"}}',
    "a name of an operation without end": b'{"query":"{ __typename }","operationName":"' + b"a" * 900_000 + b'"}',
}
"""Bodies that are odd as a whole."""
