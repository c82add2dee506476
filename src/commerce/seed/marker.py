"""Whether a folder was loaded before. Kept apart, because `make run` asks at every start and must not wait."""

from pathlib import Path
from uuid import UUID, uuid5

from commerce import demo
from commerce.inventory import queries as inventory
from commerce.inventory.values import Reason, Ref
from commerce.kit.db import Reads

DEMO = Path(demo.__file__).parent
_SEEDS = UUID("5f0c1c0e-7d0b-4a3e-9d0f-5eed5eed5eed")


def ref_of(folder: Path) -> Ref:
    """The cause of the stock that a folder brings. It is the last thing to be loaded, and so tells that all is."""
    name = "demo" if folder == DEMO else str(folder.resolve())
    return Ref("seed", uuid5(_SEEDS, name))


async def was_loaded(reads: Reads, folder: Path) -> bool:
    """Whether a folder has been loaded to its end."""
    return bool(await inventory.moved_by(reads, ref_of(folder), Reason.PURCHASE_IN))
