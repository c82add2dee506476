"""Every statement about stock."""

from commerce.inventory.queries.ledger import movement_of, movements, movements_count
from commerce.inventory.queries.levels import (
    FREE_UNITS,
    available,
    available_of_products,
    levels,
    lock_free,
    lock_levels,
    make_levels,
    set_safety,
    supplies,
)
from commerce.inventory.queries.movement import move, moved_by
from commerce.inventory.queries.reservations import expired_owners, hold, lock_held, set_expiry, settle
from commerce.inventory.queries.warehouses import (
    channel_warehouses,
    lock_warehouse,
    put_channel_warehouses,
    warehouse_keys_by_code,
    warehouses,
    warehouses_by_key,
)

__all__ = [
    "FREE_UNITS",
    "available",
    "available_of_products",
    "channel_warehouses",
    "expired_owners",
    "hold",
    "levels",
    "lock_free",
    "lock_held",
    "lock_levels",
    "lock_warehouse",
    "make_levels",
    "move",
    "moved_by",
    "movement_of",
    "movements",
    "movements_count",
    "put_channel_warehouses",
    "set_expiry",
    "set_safety",
    "settle",
    "supplies",
    "warehouse_keys_by_code",
    "warehouses",
    "warehouses_by_key",
]
