"""The page to try the API on: GraphiQL, with all it loads kept in this package."""

from commerce.explorer.examples import Example, examples, filled, skus_in
from commerce.explorer.page import ASSETS, ImmutableFiles, page, routes

__all__ = ["ASSETS", "Example", "ImmutableFiles", "examples", "filled", "page", "routes", "skus_in"]
