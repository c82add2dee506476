"""What `commerce seed` does."""

from pathlib import Path

from commerce.seed.actions import let_demo_customer_in, let_demo_staff_in, load
from commerce.seed.files import read
from commerce.seed.marker import is_demo, ref_of
from commerce.seed.progress import aloud
from commerce.shop import Shop


async def seed(shop: Shop, folder: Path) -> str:
    """Load a folder; a line about what came of it."""
    files = read(folder)
    context = shop.context()
    if is_demo(folder) and shop.settings.is_dev:
        await let_demo_staff_in(context)
    outcome = await load(context, files, ref_of(folder), shop.settings.media, aloud)
    if is_demo(folder) and shop.settings.is_dev:
        await let_demo_customer_in(context)
    return f"Loaded: {outcome.products} new products, new prices of {outcome.prices} variants."
