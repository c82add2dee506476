"""The same thing said in another language: translated texts, fallback, messages."""
