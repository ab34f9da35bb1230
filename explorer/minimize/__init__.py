"""From any finding to its smallest case."""
