"""Texts in inputs."""

from typing import Any

from commerce.i18n.values import Texts
from commerce.kit.errors import Invalid, Refusal, Required, TooLong, raise_all
from commerce.kit.graphql import described, input_type
from commerce.kit.scalars import Locale


@input_type
class TextInput:
    """A text in one language."""

    locale: Locale = described("Its locale.")
    text: str = described("The text.")


def texts_from(given: list[TextInput], *field: str | int, most: int = 255, required: bool = True) -> Texts:
    """A list of texts as one map. Refuses an empty list, a locale given twice, and texts that are too long."""
    wrong: list[Refusal] = []
    texts: dict[Any, str] = {}
    for i, one in enumerate(given):
        text = one.text.strip()
        if one.locale in texts:
            wrong.append(Invalid(*field, i, "locale"))
        elif len(text) > most:
            wrong.append(TooLong(*field, i, "text", most=most))
        elif not text and required:
            wrong.append(Required(*field, i, "text"))
        texts[one.locale] = text
    if required and not texts:
        wrong.append(Required(*field))
    raise_all(wrong)
    return {locale: text for locale, text in texts.items() if text}
