"""How goods get there: zones, methods and what they cost."""
