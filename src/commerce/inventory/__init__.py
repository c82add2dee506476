"""Whether we have it: warehouses, stock, what is held for whom, and a ledger of every movement."""
