"""Hypothesis strategies for cases of the explorer."""

from explorer.model.plan import SchedulePlan, Tag
from strategies.cases import cases, parameters_of
from strategies.placements import lock_placements
from strategies.schedules import jitter, schedules
from strategies.sizes import process_counts

__all__ = [
    "SchedulePlan",
    "Tag",
    "cases",
    "jitter",
    "lock_placements",
    "parameters_of",
    "process_counts",
    "schedules",
]
