"""What we do with taxes."""

from sqlalchemy.exc import IntegrityError

from commerce.i18n.values import Texts
from commerce.kit.checks import check_code
from commerce.kit.db import Session
from commerce.kit.errors import NotFound, Taken
from commerce.tax import queries, rules, values
from commerce.tax.models import TaxClass


async def create_class(session: Session, *, code: str, name: Texts) -> TaxClass:
    """Add a class of goods that are taxed alike."""
    check_code(code, "input", "code")
    tax_class = TaxClass(code=code, name=name)
    try:
        async with session.begin_nested():
            session.add(tax_class)
    except IntegrityError as error:
        raise Taken("input", "code", value=code) from error
    return tax_class


async def set_rate(
    session: Session, *, country: str, region: str | None = None, class_code: str, ppm: int, name: Texts
) -> values.PlacedRate:
    """Say what a class is taxed with in a country or in one of its regions."""
    rules.check_region(country, region)
    if await queries.class_by_code(session, class_code) is None:
        raise NotFound("input", "classCode")
    return await queries.put_rate(session, country, region, class_code, ppm, name)
