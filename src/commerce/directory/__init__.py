"""What the world agrees on: countries, currencies and their names."""
