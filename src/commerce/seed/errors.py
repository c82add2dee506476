"""Why a folder cannot be loaded."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from commerce.kit.errors import Refusal, Refusals


class CannotLoad(Exception):
    """What is wrong, one line for each thing; then nothing of the folder is in the shop."""

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = list(lines)


@contextmanager
def blaming(*origins: str) -> Iterator[None]:
    """Say in which file and line that stands which the shop refuses.

    With several origins, the first number in the field of a refusal tells which of them it is.
    """
    try:
        yield
    except Refusal as refusal:
        raise CannotLoad([_line(refusal, origins)]) from refusal
    except Refusals as several:
        raise CannotLoad([_line(refusal, origins) for refusal in several.refusals]) from several


def _line(refusal: Refusal, origins: Sequence[str]) -> str:
    place = [part for part in refusal.field if part != "input"]
    number = next((int(part) for part in place if part.isdecimal()), 0) if len(origins) > 1 else 0
    message = refusal.message.format_map(refusal.facts)
    return ": ".join(filter(None, [origins[number], ".".join(place), message]))
