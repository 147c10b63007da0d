"""What the business decides: pure functions over plain values."""
