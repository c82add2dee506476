"""Which language a text is shown in."""

import pytest

from commerce.i18n.rules import accepted, chain, fallback, negotiate, pick, served


@pytest.mark.parametrize(
    ("locale", "ways"),
    [
        ("en", ("en",)),
        ("en-GB", ("en-GB", "en")),
        ("zh-Hant-HK", ("zh-Hant-HK", "zh-Hant", "zh")),
        ("zh-CN", ("zh-CN", "zh-Hans-CN", "zh-Hans", "zh")),
        ("zh-TW", ("zh-TW", "zh-Hant-TW", "zh-Hant", "zh")),
        ("zh", ("zh", "zh-Hans")),
        ("pt-BR", ("pt-BR", "pt")),
    ],
)
def test_chain_of_a_locale(locale: str, ways: tuple[str, ...]) -> None:
    assert [way for way in chain(locale) if not way.endswith(("Latn", "Latn-GB", "Latn-BR"))] == list(ways)


@pytest.mark.parametrize(
    ("wanted", "offered", "chosen"),
    [
        (["de", "en"], ["en", "de"], "de"),
        (["fr", "en-GB"], ["de", "en"], "en"),
        (["zh-CN"], ["en", "zh-Hans"], "zh-Hans"),
        (["zh-TW"], ["zh-Hans", "zh-Hant"], "zh-Hant"),
        (["zh"], ["en", "zh-Hans"], "zh-Hans"),
        (["de-AT", "en"], ["en", "de"], "de"),
        (["fr"], ["en"], None),
        ([], ["en"], None),
    ],
)
def test_locale_on_offer_that_suits_best(wanted: list[str], offered: list[str], chosen: str | None) -> None:
    assert negotiate(wanted, offered) == chosen


def test_texts_fall_back_to_the_default_and_then_to_any() -> None:
    order = fallback("zh-Hant-HK", "en")
    assert order[:3] == ("zh-Hant-HK", "zh-Hant", "zh")
    assert "en" in order[3:]
    assert pick({"en": "Mug", "zh-Hant": "杯"}, order) == "杯"
    assert pick({"en": "Mug", "zh-Hans": "杯子"}, order) == "Mug"
    assert pick({"zh-Hant": "", "en": "Mug"}, order) == "Mug"
    assert pick({"fr": "Tasse"}, order) == "Tasse"
    assert pick({}, order) == ""
    assert served({"fr": "Tasse"}, order) == "fr"
    assert served({"fr": ""}, order) is None


@pytest.mark.parametrize(
    ("header", "tags"),
    [
        ("", []),
        ("de", ["de"]),
        ("en;q=0.5, de;q=0.9, fr", ["fr", "de", "en"]),
        ("en;q=0.5,de;q=0.5", ["en", "de"]),
        ("*, de;q=0", []),
        ("de;q=x, en", ["en"]),
        ("en; q=0.5, de ;q=0.9", ["de", "en"]),
        ("en;q=nan, de", ["de"]),
        (",,;q=1,", []),
    ],
)
def test_accept_language_best_first(header: str, tags: list[str]) -> None:
    assert accepted(header) == tags


def test_endless_header_is_cut() -> None:
    assert len(accepted("de," * 100_000)) < 400
