"""Shipping, for staff."""

from commerce.shipping.graphql.changes import ShippingMutation
from commerce.shipping.graphql.methods import ShippingMethod, ShippingQuery, ShippingZone

__all__ = ["ShippingMethod", "ShippingMutation", "ShippingQuery", "ShippingZone"]
