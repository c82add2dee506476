"""Drawing the pictures of products on all cores, into the media folder."""

import asyncio
import multiprocessing
import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from commerce.seed.drawing import Sketch, draw, follow_parent
from commerce.seed.progress import Counting


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that lies in the media folder."""

    sketch: Sketch
    path: str


async def draw_all(sketches: Sequence[Sketch], folder: Path, counting: Counting) -> list[Picture]:
    """Draw pictures, each once; one that is there already becomes the same file."""
    if not sketches:
        return []
    # Not a fork: that would copy the locks of our threads, held for good.
    cores = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(min(os.cpu_count() or 1, len(sketches)), mp_context=cores, initializer=follow_parent)
    loop = asyncio.get_running_loop()
    try:
        with counting("Drawing pictures", len(sketches)) as count:
            drawings = [loop.run_in_executor(pool, draw, sketch, folder) for sketch in sketches]
            for drawing in drawings:
                await drawing
                count()
        return [Picture(sketch, drawing.result()) for sketch, drawing in zip(sketches, drawings, strict=True)]
    finally:
        pool.shutdown(cancel_futures=True)


def by_product(pictures: Iterable[Picture]) -> dict[str, list[Picture]]:
    """Pictures by the codes of their products, in their order."""
    found: dict[str, list[Picture]] = {}
    for picture in pictures:
        found.setdefault(picture.sketch.product, []).append(picture)
    return found
