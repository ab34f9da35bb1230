"""Where a program runs: on greenlets, or on real processes."""
