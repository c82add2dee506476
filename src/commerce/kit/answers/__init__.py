"""Whole answers of public reads, kept while nothing has changed that they were read from."""

from commerce.kit.answers.alike import Alike
from commerce.kit.answers.answers import Answers
from commerce.kit.answers.kept import Kept
from commerce.kit.answers.shared import Shared
from commerce.kit.answers.visit import Visit

__all__ = ["Alike", "Answers", "Kept", "Shared", "Visit"]
