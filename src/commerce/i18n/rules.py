"""Which language a text is shown in."""

from collections.abc import Sequence
from functools import lru_cache

from babel import Locale, UnknownLocaleError

from commerce.i18n.values import Texts


@lru_cache(maxsize=1024)
def chain(locale: str) -> tuple[str, ...]:
    """A locale and what stands in for it, nearest first: `zh-Hant-HK` → `zh-Hant` → `zh`.

    A script that the tag leaves out is filled in by CLDR's likely subtags: `zh-CN` also tries `zh-Hans`.
    """
    parts = locale.split("-")
    ways = ["-".join(parts[:n]) for n in range(len(parts), 0, -1)]
    script = _likely_script(locale)
    if script and script not in parts:
        territory = [part for part in parts[1:] if part.isupper()]
        scripted = [f"{parts[0]}-{script}-{territory[0]}"] if territory else []
        at = len(ways) - 1 if len(ways) > 1 else 1
        ways[at:at] = [*scripted, f"{parts[0]}-{script}"]
    return tuple(dict.fromkeys(ways))


def _likely_script(locale: str) -> str | None:
    try:
        return Locale.parse(locale, sep="-", resolve_likely_subtags=True).script or _default_script(locale)
    except (UnknownLocaleError, ValueError):
        return None


def _default_script(locale: str) -> str | None:
    """The script of a language that is written in several, such as zh."""
    return "Hans" if locale == "zh" else None


def negotiate(wanted: Sequence[str], offered: Sequence[str]) -> str | None:
    """The offered locale that suits the wishes best, in their order; None when none does."""
    for wish in wanted:
        for way in chain(wish):
            if way in offered:
                return way
    return None


def fallback(locale: str, default: str) -> tuple[str, ...]:
    """The order in which texts are tried: the locale's chain, then the default's."""
    return tuple(dict.fromkeys((*chain(locale), *chain(default))))


def pick(texts: Texts, locales: Sequence[str]) -> str:
    """The text in the first of these locales that has one; else in any; empty when there is none at all."""
    for locale in locales:
        if text := texts.get(locale):
            return text
    return next(filter(None, texts.values()), "")


def served(texts: Texts, locales: Sequence[str]) -> str | None:
    """The locale that `pick` takes the text from; None when there is no text."""
    for locale in locales:
        if texts.get(locale):
            return locale
    return next((locale for locale, text in texts.items() if text), None)


def accepted(header: str) -> list[str]:
    """The locales of an `Accept-Language` header, best first (RFC 9110, 12.5.4); nonsense is passed over."""
    weighted = []
    for i, part in enumerate(header[:1000].split(",")):
        tag, *parameters = (piece.strip() for piece in part.split(";"))
        try:
            weight = float(parameters[0].removeprefix("q=")) if parameters else 1.0
        except ValueError:
            continue
        if tag and tag != "*" and weight > 0:
            weighted.append((-weight, i, tag))
    return [tag for _, _, tag in sorted(weighted)]
