"""What a list may be asked, without a database."""

from decimal import Decimal
from typing import Any

import pytest

from commerce.kit.errors import RequestError
from commerce.kit.ids import new_key
from commerce.search import rules
from commerce.search.values import Bounds, FacetKind, Selection, Wanted, Wish


@pytest.mark.parametrize(
    ("query", "patterns"),
    [
        ("", None),
        ("   ", None),
        ("mug", "%mug%"),
        (" Blue\u3000 MUG ", "%Blue% %MUG%"),
        ("mug mug", "%mug%"),
        ("马克杯", "%马克杯%"),
        ("100%", "%100\\%%"),
        ("a_b", "%a\\_b%"),
        ("a\\b", "%a\\\\\\\\b%"),
        ('12"', '%12\\\\"%'),
        ("[ mug", "%mug%"),
        ("[", "nothing"),
    ],
)
def test_words_become_patterns_that_mean_just_them(query: str, patterns: str | None) -> None:
    assert rules.patterns(query) == patterns


@pytest.mark.parametrize("query", ["x" * 201, "a b c d e f g h i"])
def test_long_queries_are_refused(query: str) -> None:
    with pytest.raises(RequestError) as error:
        rules.patterns(query)
    assert error.value.extensions == {"code": "BAD_USER_INPUT"}


@pytest.mark.parametrize(
    ("least", "most", "currency", "minor"),
    [
        ("10", "20.50", "USD", (1000, 2050)),
        (None, "1990", "JPY", (0, 1990)),
        ("1.234", None, "KWD", (1234, 10**15)),
        ("5", "5", "USD", (500, 500)),
    ],
)
def test_price_bounds_are_in_minor_units(
    least: str | None, most: str | None, currency: str, minor: tuple[int, int]
) -> None:
    assert rules.minor_bounds(bounds(least, most), currency) == minor


@pytest.mark.parametrize(
    ("least", "most", "currency"),
    [("2", "1", "USD"), ("1.001", None, "USD"), (None, "0.5", "JPY"), ("-1", None, "USD"), ("1" * 20, None, "USD")],
)
def test_price_bounds_without_sense_are_refused(least: str | None, most: str | None, currency: str) -> None:
    with pytest.raises(RequestError) as error:
        rules.minor_bounds(bounds(least, most), currency)
    assert error.value.extensions == {"code": "BAD_USER_INPUT"}


def bounds(least: str | None, most: str | None) -> Bounds:
    return Bounds(Decimal(least) if least else None, Decimal(most) if most else None)


def test_selections_in_the_facets_of_the_shop_become_its_filters() -> None:
    wish = Wish(
        price=bounds("5", "30"),
        selections=(
            Selection("brand", ("acme", "other")),
            Selection("price", (), bounds("10", None)),
            Selection("available", ("true",)),
            Selection("color", ("red", "red", "blue")),
            Selection("weight", (), bounds("1", None)),
        ),
    )
    assert rules.wanted(wish, "USD") == Wanted(
        brand_slugs=("acme", "other"),
        price=(1000, 3000),
        available_only=True,
        choices=(("color", "red"), ("color", "blue")),
        ranges=(("weight", bounds("1", None)),),
    )


@pytest.mark.parametrize(
    "selection",
    [Selection("price", ("cheap",)), Selection("available", ("perhaps",)), Selection("brand", (), bounds("1", "2"))],
)
def test_selections_that_a_facet_does_not_know_match_nothing(selection: Selection) -> None:
    assert rules.wanted(Wish(selections=(selection,)), "USD").codes == [selection.code]


@pytest.mark.parametrize(
    "wish",
    [
        Wish(selections=(Selection("a", ("1",)), Selection("a", ("2",)))),
        Wish(selections=tuple(Selection(str(i), ("1",)) for i in range(21))),
        Wish(selections=(Selection("a", tuple(map(str, range(101)))),)),
        Wish(selections=(Selection("a", (), bounds("2", "1")),)),
    ],
)
def test_filters_without_bounds_are_refused(wish: Wish) -> None:
    with pytest.raises(RequestError):
        rules.wanted(wish, "USD")


def test_ids_that_are_none_match_nothing() -> None:
    key = new_key()
    assert rules.known([]) is None
    assert rules.known([None]) == ()
    assert rules.known([None, key, key]) == (key,)
    with pytest.raises(RequestError):
        rules.known([None] * 101)


def row(code: str, value: str | None = None, count: int | None = None, **given: Any) -> tuple[Any, ...]:
    names = ("least", "most", "labels", "kind", "value_labels", "color", "key", "position", "value_position")
    return (code, value, count, *(given.get(name) for name in names))


def test_facets_stand_in_display_order() -> None:
    rows = [
        row("color", "red", 1, labels={"en": "Color"}),
        row("material", "clay", 1, position=2),
        row("weight", least=Decimal(1), most=Decimal(9), position=1),
        row("available", "true", 3),
        row("price", least=Decimal(1050), most=Decimal(2000)),
        row("brand", "acme", 2),
        row("brand", "zeta", 5),
        row("handmade", "true", 2, kind="BOOLEAN", position=3),
    ]
    found = rules.facets(rows, Wanted(), "USD")
    assert [(facet.code, facet.kind) for facet in found] == [
        ("brand", FacetKind.CHOICE),
        ("price", FacetKind.RANGE),
        ("available", FacetKind.TOGGLE),
        ("weight", FacetKind.RANGE),
        ("material", FacetKind.CHOICE),
        ("handmade", FacetKind.TOGGLE),
        ("color", FacetKind.CHOICE),
    ]
    assert [(value.value, value.count) for value in found[0].values] == [("zeta", 5), ("acme", 2)]
    assert (found[1].least, found[1].most) == (Decimal("10.50"), Decimal("20.00"))
    assert (found[3].least, found[3].most, found[3].values) == (Decimal(1), Decimal(9), ())


def test_a_list_has_at_most_thirty_facets() -> None:
    rows = [row(f"option-{i:02}", "x", 1) for i in range(40)]
    assert len(rules.facets(rows, Wanted(), "USD")) == 30


def test_selected_values_are_known() -> None:
    key = new_key()
    rows = [row("brand", "acme", 1, key=key), row("brand", "zeta", 1, key=new_key()), row("color", "red", 1)]
    wanted = Wanted(brand_keys=(key,), choices=(("color", "red"),))
    found = {v.value: v.is_selected for facet in rules.facets(rows, wanted, "USD") for v in facet.values}
    assert found == {"acme": True, "zeta": False, "red": True}
