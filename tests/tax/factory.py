"""Tax classes and rates for tests."""

from commerce.app import Shop
from commerce.tax import actions


async def make_class(shop: Shop, code: str = "standard") -> None:
    async with shop.context().transaction() as session:
        await actions.create_class(session, code=code, name={"en": code.title()})


async def make_rate(
    shop: Shop, country: str = "DE", ppm: int = 190_000, region: str | None = None, class_code: str = "standard"
) -> None:
    async with shop.context().transaction() as session:
        await actions.set_rate(
            session, country=country, region=region, class_code=class_code, ppm=ppm, name={"en": "VAT"}
        )
