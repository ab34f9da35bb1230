"""The loop that every world runs, and the seam to the searches."""
