"""What it would cost: joins prices, tax and shipping. The only place where a total is computed."""
