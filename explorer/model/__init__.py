"""Pure values: operations, schedules, cases, traces, verdicts."""
