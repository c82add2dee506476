"""Who may come in: accounts, passwords, sessions and the staff with its permissions."""
