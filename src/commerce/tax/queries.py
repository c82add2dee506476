"""Every statement about taxes."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from commerce.i18n.values import Texts
from commerce.kit.db import Reads, Row, Session, among, keyed
from commerce.kit.ids import new_key
from commerce.kit.reference import remembered
from commerce.tax import values
from commerce.tax.models import TaxClass, TaxRate

_rates = (
    select(col(TaxRate.region), col(TaxRate.class_code), col(TaxRate.ppm), col(TaxRate.name))
    .where(col(TaxRate.country) == bindparam("country"))
    .order_by(col(TaxRate.region).nulls_first())
)
_placed = select(
    col(TaxRate.id),
    col(TaxRate.country),
    col(TaxRate.region),
    col(TaxRate.class_code),
    col(TaxRate.ppm),
    col(TaxRate.name),
)
_in_order = (col(TaxRate.country), col(TaxRate.region).nulls_first(), col(TaxRate.class_code))
_all_rates = _placed.order_by(*_in_order)
_rates_of_country = _placed.where(col(TaxRate.country) == bindparam("country")).order_by(*_in_order)
_rates_by_key = _placed.where(among(TaxRate.id))
_class_columns = (col(TaxClass.id), col(TaxClass.code), col(TaxClass.name))
_classes = select(*_class_columns).order_by(col(TaxClass.code))
_classes_by_key = select(*_class_columns).where(among(TaxClass.id))
_class_by_code = select(*_class_columns).where(col(TaxClass.code) == bindparam("code"))


async def rates(reads: Reads, country: str, region: str | None = None) -> Mapping[str, values.TaxRate]:
    """What each class is taxed with in a place, by the code of the class. The region's rate beats the country's."""
    found = await _rates_in(reads, country)
    return found.get(region) or found.get(None) or {}


@remembered
async def _rates_in(reads: Reads, country: str) -> Mapping[str | None, Mapping[str, values.TaxRate]]:
    """The rates of a country by region: those of each region, and of the country for all classes that it leaves out."""
    found: dict[str | None, dict[str, values.TaxRate]] = {}
    for region, code, ppm, name in await reads.rows(_rates, country=country):
        here = found.setdefault(region, dict(found.get(None, {})))
        here[code] = values.TaxRate(ppm, name)
    return found


def _placed_rate(row: Row) -> values.PlacedRate:
    key, country, region, class_code, ppm, name = row
    return values.PlacedRate(key, country, region, class_code, values.TaxRate(ppm, name))


async def placed_rates(reads: Reads, country: str | None = None) -> list[values.PlacedRate]:
    """The rates of a country, or all of them, by country, region and class."""
    if country is None:
        rows = await reads.rows(_all_rates)
    else:
        rows = await reads.rows(_rates_of_country, country=country)
    return [_placed_rate(row) for row in rows]


async def placed_rates_by_key(reads: Reads, keys: Sequence[UUID]) -> list[values.PlacedRate | None]:
    """Rates of these keys, in their order."""
    found = keyed(await reads.rows(_rates_by_key, keys=list(keys)))
    return [_placed_rate(found[key]) if key in found else None for key in keys]


async def classes(reads: Reads) -> list[values.TaxClass]:
    """All tax classes, by code."""
    return [values.TaxClass(*row) for row in await reads.rows(_classes)]


async def classes_by_key(reads: Reads, keys: Sequence[UUID]) -> list[values.TaxClass | None]:
    """Tax classes of these keys, in their order."""
    found = keyed(await reads.rows(_classes_by_key, keys=list(keys)))
    return [values.TaxClass(*found[key]) if key in found else None for key in keys]


async def class_by_code(reads: Reads, code: str) -> values.TaxClass | None:
    """The tax class of a code."""
    rows = await reads.rows(_class_by_code, code=code)
    return values.TaxClass(*rows[0]) if rows else None


async def put_rate(
    session: Session, country: str, region: str | None, class_code: str, ppm: int, name: Texts
) -> values.PlacedRate:
    """Write the rate of a class in a place, whether there was one before or not."""
    statement = insert(TaxRate).values(
        id=new_key(), country=country, region=region, class_code=class_code, ppm=ppm, name=name
    )
    statement = statement.on_conflict_do_update(
        index_elements=["country", "region", "class_code"], set_={"ppm": ppm, "name": name}
    )
    [row] = await session.rows(statement.returning(*_placed.selected_columns))
    return _placed_rate(row)
