"""What is done outside requests."""
