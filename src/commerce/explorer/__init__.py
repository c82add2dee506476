"""The page to try the API on: GraphiQL, with all it loads kept in this package."""

from commerce.explorer.examples import Example, examples
from commerce.explorer.page import ASSETS, ImmutableFiles, page, routes

__all__ = ["ASSETS", "Example", "ImmutableFiles", "examples", "page", "routes"]
