"""Where we sell: each channel is a storefront, app or market with its own locales, currencies and countries."""
