"""Product lists, as the API says them."""

from commerce.search.graphql import placed
from commerce.search.graphql.facets import Facet, FacetRange, FacetValue
from commerce.search.graphql.inputs import DecimalRangeInput, FacetSelectionInput, ProductFilterInput
from commerce.search.graphql.lists import ProductConnection
from commerce.search.graphql.reading import SearchQuery

__all__ = [
    "DecimalRangeInput",
    "Facet",
    "FacetRange",
    "FacetSelectionInput",
    "FacetValue",
    "ProductConnection",
    "ProductFilterInput",
    "SearchQuery",
    "placed",
]
