"""What the program under test touches."""
