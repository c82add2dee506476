"""Reading a folder: YAML for what has structure, CSV for what has many rows."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from commerce.seed.errors import CannotLoad
from commerce.seed.rules import problems
from commerce.seed.values import (
    AttributeRow,
    BrandRow,
    CategoryRow,
    ChannelRow,
    Located,
    OptionRow,
    PaymentRow,
    PriceRow,
    ProductRow,
    Row,
    ShopFiles,
    StockRow,
    TaxClassRow,
    TaxRateRow,
    WarehouseRow,
    ZoneRow,
)

R = TypeVar("R", bound=Row)


def read(folder: Path) -> ShopFiles:
    """All that a folder says, found to be in order. CannotLoad names the file and line of everything that is not."""
    if not (folder / "channels.yaml").is_file():
        raise CannotLoad([f"{folder} is not the folder of a shop: it has no channels.yaml."])
    reader = _Reader(folder)
    shop = ShopFiles(
        channels=reader.rows("channels.yaml", ChannelRow),
        warehouses=reader.rows("warehouses.yaml", WarehouseRow),
        payments=reader.rows("payments.yaml", PaymentRow),
        tax_classes=reader.rows("tax.yaml", TaxClassRow, "classes"),
        tax_rates=reader.rows("tax.yaml", TaxRateRow, "rates"),
        zones=reader.rows("shipping.yaml", ZoneRow, "zones"),
        brands=reader.rows("brands.yaml", BrandRow),
        categories=reader.rows("categories.yaml", CategoryRow),
        options=reader.rows("options.yaml", OptionRow),
        attributes=reader.rows("attributes.yaml", AttributeRow),
        products=tuple(product for name in _product_files(folder) for product in reader.rows(name, ProductRow)),
        prices=reader.rows("prices.csv", PriceRow),
        stock=reader.rows("stock.csv", StockRow),
    )
    # What a broken row refers to would be missed below, and nobody is helped by that.
    wrong = reader.wrong or problems(shop)
    if wrong:
        raise CannotLoad(wrong)
    return shop


def _product_files(folder: Path) -> list[str]:
    return sorted(f"products/{path.name}" for path in (folder / "products").glob("*.yaml"))


class _Reader:
    """Reads files of a folder and gathers what is wrong with them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.wrong: list[str] = []

    def rows(self, name: str, kind: type[R], part: str | None = None) -> tuple[R, ...]:
        """The rows of a file, or of a part of it; none when there is no such file."""
        path = self.folder / name
        if not path.is_file():
            return ()
        try:
            content = path.read_text("utf-8-sig")
            given = list(_cells(name, content)) if path.suffix == ".csv" else _items(name, content, part)
        except (CannotLoad, OSError, UnicodeDecodeError) as error:
            known = f"{name}: {error}" if not isinstance(error, CannotLoad) else str(error)
            self.wrong += [known] if known not in self.wrong else []
            return ()
        return tuple(row for one in given for row in self._row(kind, one))

    def _row(self, kind: type[R], given: Any) -> list[R]:
        try:
            return [kind.model_validate(given)]
        except ValidationError as error:
            self.wrong += [_complaint(given, one["loc"], one["msg"]) for one in error.errors()]
            return []


def _complaint(given: Any, place: tuple[int | str, ...], message: str) -> str:
    origin, inner = given.origin, given
    for step in place:
        try:
            inner = inner[step]
        except (LookupError, TypeError):
            break
        origin = inner.origin if isinstance(inner, Located) else origin
    return ": ".join(filter(None, [origin, ".".join(map(str, place)), message.removeprefix("Value error, ")]))


def _cells(name: str, content: str) -> Iterator[Located]:
    """The lines of a CSV file by the names in its first; cells that are empty are left out."""
    lines = csv.reader(content.splitlines(), strict=True)
    try:
        header = next(lines, [])
        for cells in lines:
            if len(cells) not in (0, len(header)):
                raise CannotLoad([f"{name}:{lines.line_num}: {len(header)} cells are expected, not {len(cells)}."])
            if cells:
                row = Located((key, cell) for key, cell in zip(header, cells, strict=True) if cell.strip())
                row.origin = f"{name}:{lines.line_num}"
                yield row
    except csv.Error as error:
        raise CannotLoad([f"{name}:{lines.line_num}: {error}."]) from error


def _items(name: str, content: str, part: str | None) -> Sequence[Located]:
    """The items of the list that a YAML file is, or has under a name."""
    data = _parsed(name, content)
    items = data.get(part) if part and isinstance(data, dict) else None if part else data
    if items is None and (data is None or isinstance(data, dict)):
        return []
    if not isinstance(items, list) or not all(isinstance(item, Located) for item in items):
        raise CannotLoad([f"{name}: {f'`{part}` with ' if part else ''}a list of mappings is expected."])
    return items


def _parsed(name: str, content: str) -> Any:
    loader = _Loader(content)
    loader.file = name
    try:
        return loader.get_single_data()
    except yaml.MarkedYAMLError as error:
        line = f":{error.problem_mark.line + 1}" if error.problem_mark else ""
        raise CannotLoad([f"{name}{line}: {error.problem}."]) from error
    except yaml.YAMLError as error:
        raise CannotLoad([f"{name}: {' '.join(str(error).split())}."]) from error
    finally:
        loader.dispose()


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Plain YAML whose mappings know where they stand. Much faster where PyYAML was built with its C library."""

    file = ""

    def mapping(self, node: yaml.MappingNode) -> Located:
        """A mapping; no key may come twice, since all but the last would be lost."""
        found = Located(self.construct_mapping(node, deep=True))
        found.origin = f"{self.file}:{node.start_mark.line + 1}"
        if len(found) != len(node.value):
            raise yaml.constructor.ConstructorError(None, None, "a key comes twice here", node.start_mark)
        return found


_Loader.add_constructor("tag:yaml.org,2002:map", _Loader.mapping)
