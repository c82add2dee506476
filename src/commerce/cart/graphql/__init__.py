"""Carts in the API."""

import strawberry

from commerce.cart.graphql import people as _people  # noqa: F401  (fields of others are added by being imported)
from commerce.cart.graphql.changes import CartMutation as _Changes
from commerce.cart.graphql.changes import CartPayload, CartQuery
from commerce.cart.graphql.merging import CartMergeMutation
from commerce.cart.graphql.types import Cart, CartLine, cart_of

__all__ = ["Cart", "CartLine", "CartMutation", "CartPayload", "CartQuery", "cart_of"]


@strawberry.type
class CartMutation(_Changes, CartMergeMutation):
    pass
