"""Fills a shop from a folder of plain files: the demo shop, or a merchant's own in the same format."""
