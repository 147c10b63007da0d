"""The one path to the database."""
