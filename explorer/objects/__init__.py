"""State machines of everything that processes share."""
