"""Hypothesis settings for the whole suite.

A run of schedules has no typical duration, so no test has a deadline. Hypothesis' own "ci" profile
(taken where CI is set: derandomised, no database) has none either and stays as it is;
`--hypothesis-profile` overrules both.
"""

import os

from hypothesis import settings

#: Projects to run pytest in, for tests/plugin.
pytest_plugins = ["pytester"]

settings.register_profile("local", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "local")
