"""Checkouts in the API."""

from commerce.checkout.graphql.changes import CheckoutMutation, CheckoutQuery
from commerce.checkout.graphql.following import CheckoutSubscription
from commerce.checkout.graphql.types import Checkout, ShippingOption, checkout_of

__all__ = ["Checkout", "CheckoutMutation", "CheckoutQuery", "CheckoutSubscription", "ShippingOption", "checkout_of"]
