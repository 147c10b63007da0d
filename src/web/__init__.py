"""What the server answers beside GraphQL."""
