"""Tables of the vendors."""

from datetime import datetime

from sqlmodel import Field

from commerce.i18n.values import Texts
from commerce.kit.changes import public
from commerce.kit.db import Table, document, instant


@public
class Vendor(Table, table=True):
    """One who sells through the shop, and is owed for it."""

    __tablename__ = "vendors_vendor"

    code: str = Field(unique=True)
    name: Texts = document(nullable=False)
    created_at: datetime = instant(nullable=False)
