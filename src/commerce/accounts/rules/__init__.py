"""What must hold for passwords, tokens, tries and staff."""
