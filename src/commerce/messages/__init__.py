"""Letters to people: by e-mail and by text message."""
