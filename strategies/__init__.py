"""Hypothesis strategies for cases of the explorer."""
