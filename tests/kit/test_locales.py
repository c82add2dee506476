"""What is kept of languages."""

from babel.localedata import _cache as kept
from babel.localedata import locale_identifiers

from commerce.kit.locales import MOST_KEPT
from commerce.kit.money import Money


def test_someone_who_names_every_language_fills_no_memory() -> None:
    tags = [name.replace("_", "-") for name in sorted(locale_identifiers())][:200]
    shown = {tag: Money(199000, "EUR").formatted(tag) for tag in tags}
    assert shown["de-AT"] == "€\xa01.990,00"
    # The one that was loaded last came with those that it inherits from.
    assert len(kept) <= MOST_KEPT + 4
