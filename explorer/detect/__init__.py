"""Detectors: from a trace to what went wrong in it."""
