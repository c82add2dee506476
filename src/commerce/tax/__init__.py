"""What the state takes: classes of goods, rates by country and region, and the tax on an amount."""
