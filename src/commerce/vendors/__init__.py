"""Who sells: a shop of one merchant has one house vendor."""
