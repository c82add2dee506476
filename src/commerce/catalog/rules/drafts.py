"""What must hold for a product before it is written. Each rule tells everything that is wrong, with its field."""

import re
from collections.abc import Collection, Mapping, Sequence

from commerce.catalog.errors import ChoicesIncomplete, CombinationTaken
from commerce.catalog.rules.wording import wrong_code, wrong_slugs, wrong_tax_class
from commerce.catalog.values import (
    AttributeDraft,
    AttributeKind,
    KnownAttribute,
    KnownOption,
    MediaDraft,
    MediaKind,
    ProductDraft,
    References,
    VariantDraft,
)
from commerce.kit.errors import Invalid, NotFound, OutOfRange, Refusal, Required, Taken, TooLong, TooMany

MOST_VARIANTS = 500
MOST_MEDIA = 100
MOST_RANK = 1_000_000_000
LONGEST_SKU = 64
HEAVIEST = 1_000_000_000
MOST_PER_ORDER = 1_000_000
WIDEST = 100_000
_PATH = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*")
_URL = re.compile(r"https?://[^\s<>\"]+")
Field = tuple[str | int, ...]


def wrong_draft(draft: ProductDraft, known: References) -> list[Refusal]:
    """All that is wrong with a product to be."""
    options = {code: known.options[code] for code in draft.options if code in known.options}
    wrong = [*wrong_code(draft.code, "input", "code"), *wrong_slugs(draft.slugs)]
    wrong += [*wrong_tax_class(draft.tax_class, "input", "taxClass"), *wrong_rank(draft.rank)]
    wrong += [NotFound("input", "options", i) for i, code in enumerate(draft.options) if code not in known.options]
    if len(set(draft.options)) != len(draft.options):
        wrong.append(Invalid("input", "options"))
    if not draft.variants:
        wrong.append(Required("input", "variants"))
    if len(draft.variants) > MOST_VARIANTS:
        wrong.append(TooMany("input", "variants", most=MOST_VARIANTS))
    if len(options) == len(draft.options):
        wrong += wrong_variants(draft.variants, options, {}, ("input", "variants"))
    wrong += wrong_attributes(draft.attributes, known.attributes)
    wrong += wrong_media(draft.media, {variant.sku for variant in draft.variants}, ("input", "media"))
    return wrong


def wrong_rank(rank: int | None) -> list[Refusal]:
    """Ranks that an index can also keep the other way round."""
    is_right = rank is None or -MOST_RANK <= rank <= MOST_RANK
    return [] if is_right else [OutOfRange("input", "rank", least=-MOST_RANK, most=MOST_RANK)]


def wrong_variants(
    variants: Sequence[VariantDraft],
    options: Mapping[str, KnownOption],
    existing: Mapping[str, str],
    field: Field,
) -> list[Refusal]:
    """SKUs once each, all choices made and known, no combination twice. `existing` are SKUs by their choice key."""
    wrong: list[Refusal] = []
    skus: set[str] = set()
    combinations = set(existing)
    for i, variant in enumerate(variants):
        own = [*wrong_facts(variant, (*field, i)), *_wrong_choices(variant, options, (*field, i, "choices"))]
        if variant.sku in skus:
            own.append(Taken(*field, i, "sku", value=variant.sku))
        skus.add(variant.sku)
        if not own:
            combination = choice_key(variant, options)
            if combination in combinations:
                own.append(CombinationTaken(*field, i, "choices"))
            combinations.add(combination)
        wrong += own
    return wrong


def choice_key(variant: VariantDraft, options: Mapping[str, KnownOption]) -> str:
    """What tells the choices of a variant from those of its siblings; empty without options."""
    return ".".join(sorted(options[code].values[value].hex for code, value in variant.choices.items()))


def wrong_facts(variant: VariantDraft, field: Field) -> list[Refusal]:
    """SKU, barcode, weight and limit of a variant."""
    wrong: list[Refusal] = []
    if not variant.sku.strip():
        wrong.append(Required(*field, "sku"))
    if len(variant.sku) > LONGEST_SKU:
        wrong.append(TooLong(*field, "sku", most=LONGEST_SKU))
    if variant.barcode is not None and not 0 < len(variant.barcode) <= LONGEST_SKU:
        wrong.append(TooLong(*field, "barcode", most=LONGEST_SKU) if variant.barcode else Invalid(*field, "barcode"))
    if variant.weight_g is not None and not 0 <= variant.weight_g <= HEAVIEST:
        wrong.append(OutOfRange(*field, "weightGrams", least=0, most=HEAVIEST))
    if variant.max_per_order is not None and not 1 <= variant.max_per_order <= MOST_PER_ORDER:
        wrong.append(OutOfRange(*field, "maxPerOrder", least=1, most=MOST_PER_ORDER))
    return wrong


def _wrong_choices(variant: VariantDraft, options: Mapping[str, KnownOption], field: Field) -> list[Refusal]:
    wrong: list[Refusal] = []
    for i, (code, value) in enumerate(variant.choices.items()):
        if code not in options:
            wrong.append(NotFound(*field, i, "option"))
        elif value not in options[code].values:
            wrong.append(NotFound(*field, i, "value"))
    if not wrong and len(variant.choices) < len(options):
        wrong.append(ChoicesIncomplete(*field))
    return wrong


def wrong_attributes(drafts: Sequence[AttributeDraft], known: Mapping[str, KnownAttribute]) -> list[Refusal]:
    """Each attribute once, known, and with a value of its kind."""
    wrong: list[Refusal] = []
    seen: set[str] = set()
    for i, draft in enumerate(drafts):
        field: Field = ("input", "attributes", i)
        attribute = known.get(draft.code)
        if attribute is None:
            wrong.append(NotFound(*field, "code"))
        elif draft.code in seen:
            wrong.append(Invalid(*field, "code"))
        elif not _fits(draft, attribute.kind):
            wrong.append(Invalid(*field))
        else:
            wrong += [
                NotFound(*field, "values", j) for j, value in enumerate(draft.values) if value not in attribute.values
            ]
        seen.add(draft.code)
    return wrong


def _fits(draft: AttributeDraft, kind: str) -> bool:
    """Whether just the part of this kind is given, and no value of an ENUM twice."""
    given = {
        AttributeKind.ENUM: bool(draft.values),
        AttributeKind.TEXT: bool(draft.text),
        AttributeKind.NUMBER: draft.number is not None,
        AttributeKind.BOOLEAN: draft.boolean is not None,
    }
    return [name for name, is_given in given.items() if is_given] == [kind] and len(set(draft.values)) == len(
        draft.values
    )


def wrong_media(drafts: Sequence[MediaDraft], skus: Collection[str], field: Field) -> list[Refusal]:
    """Media in one place each, pictures with their size; `skus` are the variants that they may show."""
    wrong: list[Refusal] = [TooMany(*field, most=MOST_MEDIA)] if len(drafts) > MOST_MEDIA else []
    for i, draft in enumerate(drafts):
        wrong += wrong_medium(draft, (*field, i))
        if draft.sku is not None and draft.sku not in skus:
            wrong.append(NotFound(*field, i, "sku"))
    return wrong


def wrong_medium(draft: MediaDraft, field: Field) -> list[Refusal]:
    """Where one picture or film lies, and how large it is."""
    wrong: list[Refusal] = []
    if (draft.path is None) == (draft.url is None):
        wrong.append(Required(*field, "path") if draft.path is None else Invalid(*field, "path"))
    elif draft.path is not None and (len(draft.path) > 255 or not _PATH.fullmatch(draft.path)):
        wrong.append(Invalid(*field, "path"))
    elif draft.url is not None and (len(draft.url) > 2048 or not _URL.fullmatch(draft.url)):
        wrong.append(Invalid(*field, "url"))
    for name, size in (("width", draft.width), ("height", draft.height)):
        if size is None and draft.kind is MediaKind.IMAGE:
            wrong.append(Required(*field, name))
        if size is not None and not 1 <= size <= WIDEST:
            wrong.append(OutOfRange(*field, name, least=1, most=WIDEST))
    return wrong
