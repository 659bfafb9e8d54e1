"""What is kept: the session folder, written crash-safe and read back."""
