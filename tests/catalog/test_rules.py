"""What must hold in the catalog."""

from decimal import Decimal
from uuid import UUID

import pytest

from commerce.catalog import rules
from commerce.catalog.errors import ChoicesIncomplete, CombinationTaken, NoSlug, UnderItself
from commerce.catalog.values import (
    AttributeDraft,
    KnownAttribute,
    KnownOption,
    MediaDraft,
    MediaKind,
    ProductDraft,
    References,
    VariantDraft,
)
from commerce.kit.errors import Invalid, NotFound, OutOfRange, Refusal, Required, Taken, TooLong

A, B, C, D = (UUID(int=n) for n in range(1, 5))
COLOR = KnownOption(A, {"red": B, "blue": C})


def told(wrong: list[Refusal]) -> list[tuple[type[Refusal], str]]:
    return [(type(refusal), ".".join(refusal.field)) for refusal in wrong]


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Émile's Mug (blue)", "emile-s-mug-blue"),
        ("Straße & Søn", "strasse-and-son"),
        ("  --  ", ""),
        ("马克杯", ""),
        ("马克杯 2", "2"),
        ("x" * 150, "x" * 100),
    ],
)
def test_a_slug_is_made_from_the_latin_letters_of_a_name(name: str, slug: str) -> None:
    assert rules.slugify(name) == slug


def test_given_slugs_win_and_one_there_must_be() -> None:
    assert rules.slugs_for({"en": "Mug", "zh-Hans": "杯"}, {"en": "cup"}) == {"en": "cup"}
    with pytest.raises(NoSlug):
        rules.slugs_for({"zh-Hans": "杯"}, {})


def test_html_loses_what_could_run() -> None:
    given = {"en": '<p onclick="x()">Hi<script>alert(1)</script> <a href="javascript:x()">a</a></p>'}
    assert rules.sanitized(given) == {"en": '<p>Hi <a rel="noopener noreferrer">a</a></p>'}


def test_a_summary_is_plain_and_ends_between_words() -> None:
    assert rules.summary("<p>Tea &amp; milk.</p><ul><li>One</li><li>Two</li></ul>") == "Tea & milk. One Two"
    assert rules.summary("<p>" + "word " * 50 + "</p>") == ("word " * 31).strip() + "…"


@pytest.mark.parametrize(
    ("number", "unit", "locale", "shown"),
    [("1250.50", "ml", "en", "1,250.5 ml"), ("0.75", None, "de", "0,75"), ("3", "cm", "zh-Hans-CN", "3 cm")],
)
def test_a_number_is_written_as_the_locale_does(number: str, unit: str | None, locale: str, shown: str) -> None:
    assert rules.measure(Decimal(number), unit, locale) == shown


@pytest.mark.parametrize(
    ("variants", "wrong"),
    [
        ([VariantDraft("a", {"color": "red"}), VariantDraft("b", {"color": "blue"})], []),
        ([VariantDraft("a", {})], [(ChoicesIncomplete, "input.variants.0.choices")]),
        ([VariantDraft("a", {"color": "pink"})], [(NotFound, "input.variants.0.choices.0.value")]),
        ([VariantDraft("a", {"size": "m"})], [(NotFound, "input.variants.0.choices.0.option")]),
        (
            [VariantDraft("a", {"color": "red"}), VariantDraft("b", {"color": "red"})],
            [(CombinationTaken, "input.variants.1.choices")],
        ),
        (
            [VariantDraft("a", {"color": "red"}), VariantDraft("a", {"color": "blue"})],
            [(Taken, "input.variants.1.sku")],
        ),
        ([VariantDraft("", {"color": "red"})], [(Required, "input.variants.0.sku")]),
        ([VariantDraft("x" * 65, {"color": "red"})], [(TooLong, "input.variants.0.sku")]),
        ([VariantDraft("a", {"color": "red"}, weight_g=-1)], [(OutOfRange, "input.variants.0.weightGrams")]),
        ([VariantDraft("a", {"color": "red"}, max_per_order=0)], [(OutOfRange, "input.variants.0.maxPerOrder")]),
        ([VariantDraft("a", {"color": "red"}, barcode="")], [(Invalid, "input.variants.0.barcode")]),
    ],
)
def test_variants_are_complete_and_differ(variants: list[VariantDraft], wrong: list[tuple[type[Refusal], str]]) -> None:
    assert told(rules.wrong_variants(variants, {"color": COLOR}, {}, ("input", "variants"))) == wrong


def test_a_new_variant_must_differ_from_those_there_are() -> None:
    draft = VariantDraft("b", {"color": "red"})
    existing = {rules.choice_key(draft, {"color": COLOR}): "a"}
    wrong = rules.wrong_variants([draft], {"color": COLOR}, existing, ("input", "variants"))
    assert told(wrong) == [(CombinationTaken, "input.variants.0.choices")]


@pytest.mark.parametrize(
    ("draft", "wrong"),
    [
        (AttributeDraft("material", values=("clay",)), []),
        (AttributeDraft("material", values=("gold",)), [(NotFound, "input.attributes.0.values.0")]),
        (AttributeDraft("material", values=("clay", "clay")), [(Invalid, "input.attributes.0")]),
        (AttributeDraft("material", number=Decimal(1)), [(Invalid, "input.attributes.0")]),
        (AttributeDraft("material"), [(Invalid, "input.attributes.0")]),
        (AttributeDraft("weight", number=Decimal(0)), []),
        (AttributeDraft("weight", number=Decimal(0), boolean=False), [(Invalid, "input.attributes.0")]),
        (AttributeDraft("unknown"), [(NotFound, "input.attributes.0.code")]),
    ],
)
def test_an_attribute_takes_values_of_its_kind(draft: AttributeDraft, wrong: list[tuple[type[Refusal], str]]) -> None:
    known = {"material": KnownAttribute(A, "ENUM", {"clay": B}), "weight": KnownAttribute(C, "NUMBER", {})}
    assert told(rules.wrong_attributes([draft], known)) == wrong


@pytest.mark.parametrize(
    ("draft", "wrong"),
    [
        (MediaDraft(path="a/b-1.webp", width=1, height=1), []),
        (MediaDraft(MediaKind.VIDEO, url="https://films.test/a.mp4"), []),
        (MediaDraft(path="a.webp"), [(Required, "input.media.0.width"), (Required, "input.media.0.height")]),
        (MediaDraft(path="../secret", width=1, height=1), [(Invalid, "input.media.0.path")]),
        (MediaDraft(path="/etc/passwd", width=1, height=1), [(Invalid, "input.media.0.path")]),
        (MediaDraft(url="javascript:x", width=1, height=1), [(Invalid, "input.media.0.url")]),
        (MediaDraft(width=1, height=1), [(Required, "input.media.0.path")]),
        (MediaDraft(path="a", url="https://a.test", width=1, height=1), [(Invalid, "input.media.0.path")]),
        (MediaDraft(path="a", width=0, height=1), [(OutOfRange, "input.media.0.width")]),
        (MediaDraft(path="a", width=1, height=1, sku="b"), [(NotFound, "input.media.0.sku")]),
    ],
)
def test_media_lie_in_one_safe_place(draft: MediaDraft, wrong: list[tuple[type[Refusal], str]]) -> None:
    assert told(rules.wrong_media([draft], {"a"}, ("input", "media"))) == wrong


def test_everything_wrong_with_a_draft_is_told_at_once() -> None:
    draft = ProductDraft({"en": "Mug"}, (), code="no spaces", slugs={"en": "Not A Slug"}, options=("color", "size"))
    assert told(rules.wrong_draft(draft, References(options={"color": COLOR}))) == [
        (Invalid, "input.code"),
        (Invalid, "input.slugs.0.text"),
        (NotFound, "input.options.1"),
        (Required, "input.variants"),
    ]


def test_a_category_goes_anywhere_but_under_itself() -> None:
    rules.check_move(A, None, ())
    rules.check_move(A, C, (B,))
    for parent, path in ((A, ()), (C, (B, A))):
        with pytest.raises(UnderItself):
            rules.check_move(A, parent, path)


def test_a_product_belongs_to_its_categories_and_to_all_above_them() -> None:
    paths = {C: (A, B), B: (A,), D: ()}
    assert sorted(rules.memberships([C, D], paths)) == [(A, False, 0), (B, False, 0), (C, True, 0), (D, True, 1)]
    assert sorted(rules.memberships([C, B], paths)) == [(A, False, 0), (B, True, 1), (C, True, 0)]
