"""What is kept of documents, and for whom."""

from typing import Any

import pytest
from graphql.execution.values import VariableValues

from commerce.kit.execution import NoOperation, Operations
from commerce.kit.execution.outputs import _code
from tests.execution import nasty

TWO = """
query Switched($v: Boolean = true) { box { id @include(if: $v) } }
query Other($v: Filter!) { sure { first { calc(filter: $v) } } }
"""


@pytest.fixture
def operations() -> Operations:
    return Operations(nasty.schema)


async def run(operations: Operations, text: str, variables: dict[str, Any], name: str | None = None) -> Any:
    operation = operations.find(text, name)
    values = operation.values(variables)
    assert isinstance(values, VariableValues)
    return await operation.execute(variables, values, nasty.Context())


async def test_a_variable_is_no_switch_because_another_operation_has_one_of_its_name(operations: Operations) -> None:
    found = await run(operations, TWO, {"v": {"min": 4}}, "Other")
    assert found.data == {"sure": {"first": {"calc": "4None"}}}


async def test_a_switch_that_is_null_is_an_error_of_its_place(operations: Operations) -> None:
    found = await run(operations, TWO, {"v": None}, "Switched")
    assert found.errors
    assert (await run(operations, TWO, {}, "Switched")).data == {"box": {"id": "1"}}


async def test_a_plan_keeps_nothing_of_the_values_but_its_switches(operations: Operations) -> None:
    text = "query($n: Int!, $yes: Boolean!) { boxes(n: $n) { id @include(if: $yes) } }"
    operation = operations.find(text)
    values = operation.values({"n": 3, "yes": True})
    assert isinstance(values, VariableValues)
    plan = operation._plan(values)
    assert plan is not None
    compiler = plan.selection.fields[0].output.item._select.func.__self__  # type: ignore[union-attr]
    assert compiler.variables.coerced == {"yes": True}
    assert list(compiler.variables.sources) == ["yes"]


def test_names_that_are_not_there_are_neither_kept_nor_read_again(operations: Operations) -> None:
    first = operations.find(TWO, "Nowhere")
    assert isinstance(first.errors[0], NoOperation)
    assert operations.find(TWO, "Elsewhere").document is first.document
    assert operations.find(TWO, "Nowhere") is not first
    assert operations.find(TWO, "Other") is operations.find(TWO, "Other")
    assert operations.knows(TWO)


async def test_generated_code_is_kept_within_bounds(operations: Operations) -> None:
    for n in range(30):
        await run(operations, f"{{ box {{ a{n}: id }} }}", {})
    assert _code.cache_info().maxsize == 1024
