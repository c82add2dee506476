"""Texts in several languages."""

Texts = dict[str, str]
"""A text by locale: `{"en": "Mug", "zh-Hans": "马克杯"}`."""
