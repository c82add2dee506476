"""Harbor & Pine: the shop that shows what the backend can do."""
