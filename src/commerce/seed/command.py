"""What `commerce seed` does."""

from pathlib import Path

from commerce.kit.db import Database
from commerce.seed.actions import let_demo_staff_in, load
from commerce.seed.files import read
from commerce.seed.marker import DEMO, ref_of
from commerce.seed.progress import aloud
from commerce.settings import Settings
from commerce.shop import Shop


async def seed(settings: Settings, database: Database, folder: Path) -> str:
    """Load a folder; a line about what came of it."""
    files = read(folder)
    context = Shop(settings, database).context()
    if folder == DEMO and settings.is_dev:
        await let_demo_staff_in(context)
    added = await load(context, files, ref_of(folder), settings.media, aloud)
    return f"{added} of {len(files.products)} products are new." if added else "Nothing is new but, perhaps, prices."
