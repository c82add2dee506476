"""People who buy: their address books, groups and consents, where they buy, and what they may have told and forgotten."""
