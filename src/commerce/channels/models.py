"""Tables of the channels."""

from datetime import datetime

from sqlalchemy import ARRAY, Index, Text, text
from sqlmodel import Field

from commerce.i18n.values import Texts
from commerce.kit.changes import public
from commerce.kit.db import Table, document, instant


@public
class Channel(Table, table=True):
    """One storefront, app or market. The first locale, currency and country are its defaults."""

    __tablename__ = "channels_channel"
    __table_args__ = (
        Index("uq_channels_channel_default", "is_default", unique=True, postgresql_where=text("is_default")),
    )

    code: str = Field(unique=True)
    name: Texts = document(nullable=False)
    locales: list[str] = Field(sa_type=ARRAY(Text))
    currencies: list[str] = Field(sa_type=ARRAY(Text))
    countries: list[str] = Field(sa_type=ARRAY(Text))
    prices_include_tax: bool
    time_zone: str
    is_active: bool = True
    is_live: bool = False
    is_default: bool = False
    created_at: datetime = instant(nullable=False)
