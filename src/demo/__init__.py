"""The studio that shows what Studiograph can do."""
