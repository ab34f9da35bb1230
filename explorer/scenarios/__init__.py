"""The built-in programs to hunt in."""
