"""What we sell: products in variants, with brands, categories, attributes, options and pictures."""
