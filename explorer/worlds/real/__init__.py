"""Real processes: the target on CPython's own multiprocessing, each operation granted or observed.

`host` (in the explorer's process) starts *wardens*; a warden is a small interpreter that forks one
run after another and looks after it (`tree`): it grants operations in the order of a trace
(`follow`) or only listens (`free`). In the processes of a run, CPython's classes are patched so
that each user-visible operation passes a `gate` before the real thing is done.
"""
