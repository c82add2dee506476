"""Which folder it is, and whether it was loaded before. Kept light: `make run` asks at every start."""

from pathlib import Path
from uuid import UUID, uuid5

from commerce import demo
from commerce.inventory.values import Ref
from commerce.kit.db import Database
from commerce.seed import queries

DEMO = Path(demo.__file__).parent
_SEEDS = UUID("5f0c1c0e-7d0b-4a3e-9d0f-5eed5eed5eed")


def is_demo(folder: Path) -> bool:
    """Whether it is our own folder, which must not get into production unawares."""
    return folder.resolve() == DEMO.resolve()


def ref_of(folder: Path) -> Ref:
    """The cause of the stock that a folder brings. It is the last thing to be loaded, and so tells that all is."""
    name = "demo" if is_demo(folder) else str(folder.resolve())
    return Ref("seed", uuid5(_SEEDS, name))


async def was_loaded(database: Database, folder: Path) -> bool:
    """Whether a folder has been loaded to its end."""
    return await queries.brought_goods(database, ref_of(folder))
