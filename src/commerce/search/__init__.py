"""How shoppers find products: lists with filters, orders, words and facets, straight from the tables."""
