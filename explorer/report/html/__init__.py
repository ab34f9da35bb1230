"""The page of a finding: one file that needs nothing else, to be opened from disk or CI."""
