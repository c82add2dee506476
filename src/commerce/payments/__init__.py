"""How something is paid: authorize, capture, refund; the events are the truth, the sums follow from them."""
