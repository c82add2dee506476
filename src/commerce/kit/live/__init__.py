"""What clients follow instead of asking again: who follows what, and how messages reach them."""
