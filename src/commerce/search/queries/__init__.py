"""Every statement of product lists. Each is built once for its shape and kept, since reads know statements by identity."""

from commerce.search.queries.facets import Counts, facets
from commerce.search.queries.keeping import drop_ended, next_products, refresh, untrue
from commerce.search.queries.lists import KEYS, pages, totals
from commerce.search.queries.wording import heard

__all__ = [
    "KEYS",
    "Counts",
    "drop_ended",
    "facets",
    "heard",
    "next_products",
    "pages",
    "refresh",
    "totals",
    "untrue",
]
