"""The statements, one module for each thing."""
