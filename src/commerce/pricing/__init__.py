"""What a variant costs, in which channel and currency, and what it cost before."""
