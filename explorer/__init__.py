"""A property-based race-condition explorer for programs that use multiprocessing."""
