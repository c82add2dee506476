"""What can be drawn, by name."""

from collections.abc import Callable

from commerce.demo.canvas import Canvas
from commerce.demo.motifs import apparel, desk, home, outdoor, pantry, table

MOTIFS: dict[str, Callable[[Canvas], None]] = {
    motif.__name__: motif for shelf in (home, table, outdoor, apparel, pantry, desk) for motif in shelf.MOTIFS
}
