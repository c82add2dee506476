"""How goods leave the house: parcels, and what is in them."""
