"""What staff send, and what becomes of it."""
