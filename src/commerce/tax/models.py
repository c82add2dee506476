"""Tables of the taxes."""

from sqlalchemy import BigInteger, CheckConstraint, UniqueConstraint
from sqlmodel import Field

from commerce.i18n.values import Texts
from commerce.kit.changes import public
from commerce.kit.db import Table, document


@public
class TaxClass(Table, table=True):
    """Goods that are taxed alike. Products and shipping methods name its code."""

    __tablename__ = "tax_class"

    code: str = Field(unique=True)
    name: Texts = document(nullable=False)


@public
class TaxRate(Table, table=True):
    """What a class is taxed with in a country, or in one region of it."""

    __tablename__ = "tax_rate"
    __table_args__ = (
        UniqueConstraint("country", "region", "class_code", postgresql_nulls_not_distinct=True),
        CheckConstraint("ppm >= 0", name="ppm_not_negative"),
    )

    country: str
    region: str | None = None
    class_code: str = Field(foreign_key="tax_class.code")
    ppm: int = Field(sa_type=BigInteger)
    name: Texts = document(nullable=False)
