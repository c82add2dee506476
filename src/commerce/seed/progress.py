"""How far long work has come: a bar on a terminal, a line elsewhere."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import typer

Counting = Callable[[str, int], AbstractContextManager[Callable[[], object]]]
"""Say what begins and how many steps it has; call what you get after each of them."""


@contextmanager
def silently(_what: str, _steps: int) -> Iterator[Callable[[], object]]:
    """Say nothing."""
    yield lambda: None


@contextmanager
def aloud(what: str, steps: int) -> Iterator[Callable[[], object]]:
    """Tell whoever waits for the command."""
    began = time.monotonic()
    if sys.stderr.isatty():
        with _bar(what, steps) as count:
            yield count
    else:
        yield lambda: None
    typer.echo(f"{what}: {steps} in {time.monotonic() - began:.1f} s", err=True)


@contextmanager
def _bar(what: str, steps: int) -> Iterator[Callable[[], object]]:
    from rich.console import Console  # noqa: PLC0415  (only a terminal needs it)
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(what, total=steps)
        yield lambda: progress.advance(task)
