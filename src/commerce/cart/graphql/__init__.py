"""Carts in the API."""

from commerce.cart.graphql.changes import CartMutation, CartPayload, CartQuery
from commerce.cart.graphql.types import Cart, CartLine, cart_of

__all__ = ["Cart", "CartLine", "CartMutation", "CartPayload", "CartQuery", "cart_of"]
