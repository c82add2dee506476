"""Random operations, compiled and by graphql-core: `pytest tests/execution --fuzz 100000` runs more of them."""

import pytest

from tests.execution import nasty
from tests.execution.comparing import both, nulled, written
from tests.execution.random_operations import VARIABLES, Writer

PARTS = 20


@pytest.mark.parametrize("part", range(PARTS))
async def test_random_operations_give_what_graphql_core_gives(part: int, pytestconfig: pytest.Config) -> None:
    count = pytestconfig.getoption("fuzz") // PARTS
    assert count > 0
    for seed in range(part * 1_000_000, part * 1_000_000 + count):
        text = Writer(nasty.schema._schema, seed).operation()

        ours, theirs = await both(text, VARIABLES)

        assert written(ours) == written(theirs), (seed, text)
        # Which of several errors beneath one nulled place is told, the specification leaves open.
        assert nulled(ours) == nulled(theirs), (seed, text)
