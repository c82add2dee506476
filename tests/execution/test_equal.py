"""Compiled equals graphql-core, nulls and errors included."""

from typing import Any

import pytest

from tests.execution.comparing import both, told, written

SWITCHED = """
query($a: Boolean!, $b: Boolean = true) { boxes { id @skip(if: $a) first @include(if: $b) { id } ...F } }
fragment F on Box { grid { ...G @include(if: $a) n } } fragment G on Leaf { id color }
"""
CASES: list[tuple[str, dict[str, Any]] | str] = [
    "{ boxes { id first { id n } items { id n color when price tags flag numeral } grid { id } holes { id } } }",
    "{ boxes { deepHoles { id n } a: deepHoles { __typename } } }",
    "{ boxes { __typename holes { __typename } badInts } __typename }",
    "{ boxes { items { boom } } }",
    "{ boxes { items { boomRequired } } }",
    "{ maybeBoxes { id items { boomRequired } } }",
    "{ box { id holes { boomRequired id } first { boomRequired } } }",
    "{ boxes { id must } }",
    "{ maybeBoxes { id must } }",
    "{ sure { must } }",
    "{ sure { id none } }",
    "{ box { none } a: box(id: 2) { id } }",
    "{ boxes { kids { id n slow slow2: slow(times: 5) } kids3: kids(k: 3) { id slowBoom } } }",
    "{ boxes { kids { slowBoomRequired id } } }",
    "{ maybeBoxes { kids { slowBoomRequired id } } }",
    "{ boxes { id fails { id n } } }",
    "{ boxes { id failsRequired { id n } } }",
    "{ maybeBoxes { failsRequired { id n } } }",
    "{ maybeBoxes { allFail { id } } }",
    "{ boxes { allFail { id } } }",
    "{ boxes { either { __typename ... on Leaf { id n } ... on Other { id text } } } }",
    "{ boxes { nodes { id ... on Other { text } ... on Leaf { boomRequired } } } }",
    "{ boxes { kinds { ... on Leaf { id twins { n } } ... on Other { text } } } }",
    "{ boxes { stranger { __typename } } }",
    "{ nowhere { id } }",
    "{ node { id __typename ... on Leaf { where slowWhere } } }",
    "{ boxes { wrong notList textAsList generated returnedError { id n } } }",
    "{ boxes { items { secret id loud } } }",
    "{ maybeBoxes { items { secretRequired id } } }",
    '{ boxes { items { calc(filter: {min: 3, tags: ["q"]}) selected } } }',
    "{ boxes { items { times a: times(by: 3) b: times(by: 3, andBy: 2) c: times(andBy: null) } } }",
    "{ boxes { items { where slowWhere hue } grid { where slowWhere } first { where } } }",
    "{ boxes { items { next { next { where n } twins { where twins { id } } } } } }",
    "{ boxes { items { slowNext { id slowNext { slowNext { id } } } } } }",
    "{ boxes { items { shy promised } } }",
    "{ boxes { waiting { id lazy lazyLeaf { id n } } } }",
    "{ boxes { streamed { id n twins { id } } } }",
    "{ boxes { id flowing } }",
    "{ boxes { slowly { id } } }",
    "{ boxes { sternly { id } } }",
    "{ maybeBoxes { sternlyRequired { id } } }",
    (SWITCHED, {"a": True}),
    (SWITCHED, {"a": False, "b": False}),
    (
        "query($n: Int!, $f: Filter!) { boxes(n: $n) { items { x: calc(filter: $f) } items { id } } }",
        {"n": 2, "f": {"min": 9}},
    ),
    ("query($n: Int!) { boxes(n: $n) { id } }", {"n": 0}),
    ("query($n: Int = 2, $m: Int) { boxes(n: $n) { kids(k: $m) { id } } }", {}),
    ("query($n: Int = 2, $m: Int) { boxes(n: $n) { kids(k: $m) { id } } }", {"m": None}),
    "mutation { a: add(n: 1) { id n } b: add(n: 7) { n } c: add(n: 3) { n slow } }",
    "mutation { addNow(n: 1) { id } b: addNow(n: 7) { n } c: addNow(n: 3) { n } __typename }",
    "mutation { __typename a: addNow(n: 2) { boom twins { slow } } b: add(n: 4) { boomRequired } }",
]


@pytest.mark.parametrize("case", CASES)
async def test_an_operation_gives_what_graphql_core_gives(case: Any) -> None:
    text, variables = case if isinstance(case, tuple) else (case, None)

    ours, theirs = await both(text, variables)

    assert written(ours) == written(theirs)
    assert told(ours.errors) == told(theirs.errors)
