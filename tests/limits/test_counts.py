"""Looking at each fragment once gives what writing every fragment out would give."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    OperationDefinitionNode,
    build_schema,
    parse,
)
from hypothesis import given
from hypothesis import strategies as st

from commerce.kit.limits.bills import Bill
from commerce.kit.limits.fragments import inside_out
from commerce.kit.limits.measures import CIRCLES, INTROSPECTION, Measures, root_fields
from commerce.kit.limits.weights import ITEMS, Weights, within_page

SIZES = {"types": 7, "fields": 3}
FRAGMENTS = 4
SCHEMA = build_schema(
    """
    type Query { one: Thing many: [Thing!]! page(first: Int, last: Int): ThingConnection! things(ids: [ID!]!): [Thing]! }
    type Thing { name: String one: Thing many: [Thing!]! page(first: Int, last: Int): ThingConnection! }
    type ThingConnection { nodes: [Thing!]! edges: [ThingEdge!]! }
    type ThingEdge { cursor: String node: Thing! }
    """
)


@dataclass
class Written:
    """A document with the fragments that its first operation may use, none of them in a circle."""

    text: str

    def __post_init__(self) -> None:
        self.document = parse(self.text)
        self.fragments = {
            one.name.value: one for one in self.document.definitions if isinstance(one, FragmentDefinitionNode)
        }
        [self.operation] = [one for one in self.document.definitions if isinstance(one, OperationDefinitionNode)]

    def inside(self, node: Any) -> Iterator[Any]:
        """The fields of a selection with all fragments written out."""
        for one in node.selection_set.selections:
            if isinstance(one, FieldNode):
                yield one
            else:
                yield from self.inside(self.fragments[one.name.value] if isinstance(one, FragmentSpreadNode) else one)


def directive() -> st.SearchStrategy[str]:
    return st.sampled_from(["", "", "", " @a", " @a @b"])


@st.composite
def selections(draw: st.DrawFn, names: list[str], spreadable: list[str], depth: int) -> str:
    """Anything that parses."""
    parts = []
    for _ in range(draw(st.integers(1, 3))):
        kind = draw(st.integers(0, 5))
        if kind == 0 and spreadable:
            parts.append(f"...{draw(st.sampled_from(spreadable))}{draw(directive())}")
        elif kind == 1 and depth:
            parts.append(f"...{draw(directive())} {draw(selections(names, spreadable, depth - 1))}")
        else:
            name, alias = draw(st.sampled_from(names)), draw(st.sampled_from(["", "", "x: ", "y: "]))
            inner = draw(selections(names, spreadable, depth - 1)) if depth and draw(st.booleans()) else ""
            parts.append(f"{alias}{name}{draw(directive())} {inner}")
    return f"{{ {' '.join(parts)} }}"


@st.composite
def documents(draw: st.DrawFn) -> Written:
    names = ["a", "b", "__schema", "__type", "types", "fields", "inputFields", "name", "__typename"]
    labels = [f"F{i}" for i in range(FRAGMENTS)]
    parts = [f"query Q{draw(directive())} {draw(selections(names, labels, 3))}"]
    for i, label in enumerate(labels):
        parts.append(f"fragment {label} on T{draw(directive())} {draw(selections(names, labels[i + 1 :], 2))}")
    order = draw(st.permutations(parts))
    return Written(" ".join(order))


def depth(written: Written, node: Any) -> int:
    below = [
        0 if not one.selection_set or one.name.value in INTROSPECTION else depth(written, one)
        for one in written.inside(node)
    ]
    return 1 + max(below, default=0)


def aliases(written: Written, node: Any) -> int:
    inside = list(written.inside(node))
    return sum((one.alias is not None) + (aliases(written, one) if one.selection_set else 0) for one in inside)


def directives(written: Written, node: Any) -> int:
    count = len(node.directives or ())
    for one in node.selection_set.selections if node.selection_set else ():
        if isinstance(one, FragmentSpreadNode):
            count += len(one.directives or ()) + directives(written, written.fragments[one.name.value])
        else:
            count += directives(written, one)
    return count


def introspected(written: Written, node: Any) -> int:
    """Objects that introspections within answer with."""
    count = 0
    for one in written.inside(node):
        if one.name.value in INTROSPECTION:
            count += 1 + (objects(written, one) if one.selection_set else 0)
        if one.selection_set:
            count += introspected(written, one)
    return count


def objects(written: Written, node: Any) -> int:
    inside = [one for one in written.inside(node) if one.selection_set and one.name.value not in INTROSPECTION]
    return sum(SIZES.get(one.name.value, 1) * (1 + objects(written, one)) for one in inside)


def circles(written: Written, node: Any) -> int:
    """The deepest nest of lists that go in circles, within any introspection."""
    deepest = 0
    for one in written.inside(node):
        if one.name.value in INTROSPECTION:
            deepest = max(deepest, nest(written, one) if one.selection_set else 0)
        if one.selection_set:
            deepest = max(deepest, circles(written, one))
    return deepest


def nest(written: Written, node: Any) -> int:
    inside = [one for one in written.inside(node) if one.selection_set and one.name.value not in INTROSPECTION]
    return max(((one.name.value in CIRCLES) + nest(written, one) for one in inside), default=0)


@given(documents())
def test_a_document_is_measured_as_if_it_were_written_out(written: Written) -> None:
    measures = Measures(written.document, SIZES)
    node = written.operation
    [measure] = [measure for one, measure in measures.definitions if one is node]
    assert measure.depth == depth(written, node)
    assert measure.aliases == aliases(written, node)
    assert measure.directives == directives(written, node)
    assert measure.introspected == introspected(written, node)
    assert measure.introspected_circles == circles(written, node)
    names = {(one.alias or one.name).value for one in written.inside(node) if one.name.value != "__typename"}
    assert root_fields(node, written.fragments) == len(names)


@given(st.lists(st.lists(st.integers(0, 5), max_size=4), min_size=1, max_size=6))
def test_fragments_come_after_those_that_they_spread_unless_they_go_in_circles(uses: list[list[int]]) -> None:
    text = " ".join(
        f"fragment F{i} on T {{ a {' '.join(f'b {{ ...F{use} }}' for use in used)} }}" for i, used in enumerate(uses)
    )
    fragments = {one.name.value: one for one in parse(text).definitions if isinstance(one, FragmentDefinitionNode)}
    order = [one.name.value for one in inside_out(fragments)]
    assert sorted(order) == sorted(fragments)
    reached = {i: _reached(uses, i) for i in range(len(uses))}
    for i, used in enumerate(uses):
        for use in used:
            if use < len(uses) and i not in reached[use]:
                assert order.index(f"F{use}") < order.index(f"F{i}")


def _reached(uses: list[list[int]], start: int) -> set[int]:
    found: set[int] = set()
    waiting = [start]
    while waiting:
        one = waiting.pop()
        if one not in found and one < len(uses):
            found.add(one)
            waiting += uses[one]
    return found


# ------------------------------------------------------------------------------------------------ cost


@st.composite
def asked(draw: st.DrawFn, kind: str, fragments: dict[str, list[str]], depth: int) -> str:
    """A valid selection of a type."""
    parts = ["__typename"]
    for _ in range(draw(st.integers(1, 3))):
        usable = fragments.get(kind, [])
        choice = draw(st.integers(0, 4))
        if choice == 0 and usable:
            parts.append(f"...{draw(st.sampled_from(usable))}")
        elif choice == 1 and depth:
            parts.append(f"... on {kind} {draw(asked(kind, fragments, depth - 1))}")
        elif depth:
            name = draw(st.sampled_from(FIELDS[kind]))
            said = draw(st.sampled_from(ARGUMENTS.get(name, [""])))
            parts.append(f"{name}{said} {draw(asked(BELOW[name], fragments, depth - 1))}")
    return f"{{ {' '.join(parts)} }}"


FIELDS = {
    "Query": ["one", "many", "page", "things"],
    "Thing": ["one", "many", "page"],
    "ThingConnection": ["nodes", "edges"],
    "ThingEdge": ["node"],
}
BELOW = {
    "one": "Thing", "many": "Thing", "page": "ThingConnection", "things": "Thing", "nodes": "Thing", "edges": "ThingEdge",
    "node": "Thing",
}  # fmt: skip
ARGUMENTS = {
    "page": ["", "(first: 3)", "(last: 4)", "(first: $n)", "(first: null)", "(first: $n, last: 7)", "(first: 1000)"],
    "things": ["(ids: [1, 2, 3])", "(ids: $ids)", "(ids: 1)"],
}


@st.composite
def operations(draw: st.DrawFn) -> Written:
    kinds = draw(st.lists(st.sampled_from(["Query", "Thing", "ThingConnection"]), min_size=0, max_size=4))
    parts, known = [], {}
    for i, kind in enumerate(kinds):
        parts.append(f"fragment F{i} on {kind} {draw(asked(kind, known, 2))}")
        known = {**known, kind: [*known.get(kind, []), f"F{i}"]}
    return Written(" ".join([f"query Q($n: Int, $ids: [ID!]) {draw(asked('Query', known, 4))}", *parts]))


def points(written: Written, node: Any, variables: dict[str, Any], page: int) -> int:
    """The documented rule, fragment by fragment. A fragment that is spread twice in one place is there once."""
    total = 0
    for one in {id(one): one for one in written.inside(node)}.values():
        name = one.name.value
        if name == "__typename":
            continue
        said = {given.name.value: given.value for given in one.arguments or ()}
        if name == "page":
            sizes = [size(said[arg], variables) for arg in ("first", "last") if arg in said]
            inner = max((within_page(size) for size in sizes if size is not None), default=20)
            total += 1 + points(written, one, variables, inner)
            continue
        times = {"nodes": page, "edges": page, "many": ITEMS, "things": 1}.get(name, 1)
        if name == "things":
            ids = size(said["ids"], variables)
            times = ITEMS if ids is None else max(1, ids)
        total += times * ((name != "edges") + points(written, one, variables, 0))
    return total


def size(node: Any, variables: dict[str, Any]) -> int | None:
    if node.kind == "variable":
        value = variables.get(node.name.value)
        return len(value) if isinstance(value, list) else value
    if node.kind == "list_value":
        return len(node.values)
    return None if node.kind == "null_value" else int(node.value)


VALUES = st.fixed_dictionaries(
    {}, optional={"n": st.none() | st.integers(-5, 200), "ids": st.none() | st.lists(st.just("x"), max_size=9)}
)


@given(operations(), VALUES)
def test_an_operation_costs_what_it_would_if_it_were_written_out(written: Written, variables: dict[str, Any]) -> None:
    bill = Bill(written.document, written.operation, Weights(SCHEMA))
    expected = max(1, points(written, written.operation, variables, 0))
    assert bill.cost(variables) == expected
    assert bill.cost(variables) == expected


@given(operations(), VALUES)
def test_an_answer_as_full_as_it_can_be_came_to_what_was_asked(written: Written, variables: dict[str, Any]) -> None:
    bill = Bill(written.document, written.operation, Weights(SCHEMA))
    if bill.cost(variables) < 5_000 and not _repeats(written, written.operation):
        assert bill.came_to(full(written, written.operation, variables, 0)) == bill.cost(variables)


def _repeats(written: Written, node: Any) -> bool:
    """Whether a field is asked for twice in one place: it costs twice, and is answered as often as it is asked for most."""
    inside = list({id(one): one for one in written.inside(node)}.values())
    names = [one.name.value for one in inside if one.selection_set]
    return len(names) > len(set(names)) or any(_repeats(written, one) for one in inside if one.selection_set)


def full(written: Written, node: Any, variables: dict[str, Any], page: int) -> dict[str, Any]:
    """An answer in which every list has as many items as were expected."""
    answer: dict[str, Any] = {}
    for one in written.inside(node):
        name = one.name.value
        if name == "__typename":
            continue
        said = {given.name.value: given.value for given in one.arguments or ()}
        if name == "page":
            sizes = [size(said[arg], variables) for arg in ("first", "last") if arg in said]
            inner = max((within_page(size) for size in sizes if size is not None), default=20)
            answer[name] = full(written, one, variables, inner)
        elif name in ("one", "node"):
            answer[name] = full(written, one, variables, 0)
        else:
            ids = size(said["ids"], variables) if name == "things" else None
            times = {"many": ITEMS, "things": ITEMS if ids is None else max(1, ids)}.get(name, page)
            answer[name] = [full(written, one, variables, 0)] * times
    return answer
