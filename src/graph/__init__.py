"""What clients may ask, one module for each domain."""
