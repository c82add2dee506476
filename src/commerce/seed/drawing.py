"""Drawing one picture. Imports little, since every process that draws has to."""

import hashlib
import multiprocessing
import os
import signal
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path

SIZE = 800


@dataclass(frozen=True, slots=True)
class Sketch:
    """A picture to be drawn: of a product, or of its variants in one color, of which `sku` is the first."""

    product: str
    sku: str | None
    motif: str
    palette: tuple[str, str, str]


def follow_parent() -> None:
    """In a process that draws: leave Ctrl-C to the parent, and end when it has ended, however it did."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def draw(sketch: Sketch, folder: Path) -> str:
    """Draw one picture; the path of its file below the media folder, which tells its content."""
    from commerce.demo import pictures  # noqa: PLC0415  (only the processes that draw need it)

    content = pictures.as_webp(pictures.draw(sketch.motif, sketch.palette, sketch.product, SIZE))
    path = f"products/{sketch.product}-{hashlib.sha256(content).hexdigest()[:12]}.webp"
    _write(folder / path, content)
    return path


def _write(path: Path, content: bytes) -> None:
    """The whole file or none: somebody may look at it already."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, fresh = tempfile.mkstemp(dir=path.parent, prefix=".drawing-")
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    Path(fresh).chmod(0o644)
    Path(fresh).replace(path)
