"""What the files of a shop say, row by row. Every row knows the file and the line that it stands in."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    StringConstraints,
    model_validator,
)

from commerce.catalog.values import AttributeKind, ProductStatus
from commerce.kit.money import Money
from commerce.kit.scalars import parse_country, parse_currency, parse_decimal, parse_locale

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Wording = dict[Annotated[str, AfterValidator(parse_locale)], Text]
Locale = Annotated[str, AfterValidator(parse_locale)]
Currency = Annotated[str, AfterValidator(parse_currency)]
Country = Annotated[str, AfterValidator(parse_country)]
Digits = Annotated[Decimal, BeforeValidator(parse_decimal), Field(ge=0)]
Color = Annotated[str, StringConstraints(pattern="^#[0-9a-f]{6}$")]
Name = Annotated[Wording, Field(min_length=1)]


class Located(dict[Any, Any]):
    """A mapping as it stands in a file."""

    origin: str = ""


class Row(BaseModel):
    """A part of a file that stands for one thing. Unknown keys are errors: most of them are misspelled."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    origin: str = ""

    @model_validator(mode="before")
    @classmethod
    def _locate(cls, given: Any) -> Any:
        return {**given, "origin": given.origin} if isinstance(given, Located) else given


class ChannelRow(Row):
    code: Text
    name: Name
    locales: tuple[Locale, ...]
    currencies: tuple[Currency, ...]
    countries: tuple[Country, ...]
    prices_include_tax: StrictBool
    time_zone: Text = "UTC"
    warehouses: tuple[Text, ...] = ()
    is_live: StrictBool = False


class WarehouseRow(Row):
    code: Text
    name: Name
    country: Country
    region: Text | None = None
    city: Text | None = None


class PaymentRow(Row):
    """A way to pay in some channels; in all of them when none is named."""

    code: Text
    name: Name
    instructions: Wording = {}
    channels: tuple[Text, ...] = ()


class TaxClassRow(Row):
    code: Text
    name: Name


class TaxRateRow(Row):
    country: Country
    region: Text | None = None
    tax_class: Text = Field(alias="class")
    percent: Digits
    name: Name


class ShippingRateRow(Row):
    currency: Currency
    amount: Digits
    free_over: Digits | None = None

    @model_validator(mode="after")
    def _fits_currency(self) -> "ShippingRateRow":
        _money(self.amount, self.currency)
        _money(self.free_over, self.currency)
        return self


class MethodRow(Row):
    code: Text
    name: Name
    description: Wording = {}
    channel: Text
    min_days: StrictInt | None = None
    max_days: StrictInt | None = None
    tax_class: Text = "standard"
    rates: tuple[ShippingRateRow, ...]


class ZoneRow(Row):
    code: Text
    name: Name
    countries: tuple[Country, ...]
    methods: tuple[MethodRow, ...] = ()


class BrandRow(Row):
    code: Text
    name: Name
    slug: Text | None = None


class SeoRow(Row):
    title: Wording = {}
    description: Wording = {}


class CategoryRow(Row):
    code: Text
    name: Name
    slug: Wording = {}
    description: Wording = {}
    seo: SeoRow = SeoRow()
    children: tuple["CategoryRow", ...] = ()


class ValueRow(Row):
    code: Text
    name: Name
    color: Color | None = None


class OptionRow(Row):
    code: Text
    name: Name
    values: tuple[ValueRow, ...]


class AttributeRow(Row):
    code: Text
    name: Name
    kind: AttributeKind
    unit: Text | None = None
    values: tuple[ValueRow, ...] = ()


class PictureRow(Row):
    """What is drawn: a motif in the colors of its backdrop, of the thing and of its details."""

    motif: Text
    palette: tuple[Color, Color, Color]


class VariantRow(Row):
    sku: Text
    options: dict[str, Text] = {}
    barcode: Text | None = None
    weight_g: StrictInt | None = None
    max_per_order: StrictInt | None = None


class ProductRow(Row):
    code: Text
    name: Name
    slug: Wording = {}
    description: Wording = {}
    seo: SeoRow = SeoRow()
    brand: Text | None = None
    categories: tuple[Text, ...] = ()
    tax_class: Text = "standard"
    status: ProductStatus = ProductStatus.ACTIVE
    channels: tuple[Text, ...] = ()
    options: tuple[Text, ...] = ()
    attributes: dict[str, Any] = {}
    picture: PictureRow | None = None
    variants: Annotated[tuple[VariantRow, ...], Field(min_length=1)]


class PriceRow(Row):
    """What a variant costs in a channel and currency, in major units."""

    sku: Text
    channel: Text
    currency: Currency
    amount: Digits
    compare_at: Digits | None = None

    @model_validator(mode="after")
    def _fits_currency(self) -> "PriceRow":
        _money(self.amount, self.currency)
        _money(self.compare_at, self.currency)
        if self.compare_at is not None and self.compare_at <= self.amount:
            raise ValueError("compare_at must be greater than amount.")
        return self


class StockRow(Row):
    sku: Text
    warehouse: Text
    quantity: Annotated[int, Field(ge=0)]


def _money(amount: Decimal | None, currency: str) -> Money | None:
    """ValueError when the currency has fewer digits than the amount."""
    return None if amount is None else Money.of(amount, currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopFiles:
    """A whole folder."""

    channels: tuple[ChannelRow, ...] = ()
    warehouses: tuple[WarehouseRow, ...] = ()
    payments: tuple[PaymentRow, ...] = ()
    tax_classes: tuple[TaxClassRow, ...] = ()
    tax_rates: tuple[TaxRateRow, ...] = ()
    zones: tuple[ZoneRow, ...] = ()
    brands: tuple[BrandRow, ...] = ()
    categories: tuple[CategoryRow, ...] = ()
    options: tuple[OptionRow, ...] = ()
    attributes: tuple[AttributeRow, ...] = ()
    products: tuple[ProductRow, ...] = ()
    prices: tuple[PriceRow, ...] = ()
    stock: tuple[StockRow, ...] = ()
