"""A headless commerce backend: one GraphQL schema that sells."""
