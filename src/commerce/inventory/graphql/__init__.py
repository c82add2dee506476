"""Stock, as the API says it."""

import strawberry

from commerce.inventory.graphql import summary
from commerce.inventory.graphql.availability import Availability, StockError
from commerce.inventory.graphql.counts import StockLevel, StockMovement, StockQuery
from commerce.inventory.graphql.stock import StockMutation
from commerce.inventory.graphql.warehouses import Warehouse, WarehousesMutation, WarehousesQuery


@strawberry.type
class InventoryQuery(StockQuery, WarehousesQuery):
    pass


@strawberry.type
class InventoryMutation(StockMutation, WarehousesMutation):
    pass


__all__ = [
    "Availability",
    "InventoryMutation",
    "InventoryQuery",
    "StockError",
    "StockLevel",
    "StockMovement",
    "Warehouse",
    "summary",
]
