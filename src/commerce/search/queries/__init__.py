"""Every statement of product lists. Each is built once for its shape and kept, since reads know statements by identity."""

from commerce.search.queries.facets import facets
from commerce.search.queries.lists import pages, totals

__all__ = ["facets", "pages", "totals"]
