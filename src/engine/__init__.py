"""GraphQL itself, knowing no domain: HTTP, plans, execution, errors."""
