"""Generated programs that are small enough for brute force, and the comparison with it.

Programs are drawn from a seed, so that the same ones are tried on every machine.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count
from math import factorial, prod

from strategies.program_text import text
from strategies.programs import Program, Statement, body, random_program
from tests.oracle.brute import Seen, TooMany, by_force, by_search, runner

#: What programs are made of.
GROUPS: tuple[tuple[str, ...], ...] = (
    ("values", "branches"),
    ("values", "locks"),
    ("values", "rlocks", "branches", "locks"),
    ("values", "locks", "branches", "try", "timeouts"),
    ("values", "array", "guarded", "sleeps"),
    ("values", "semaphores", "locks"),
    ("values", "events"),
    ("values", "conditions"),
    ("values", "queues"),
    ("queues", "locks", "branches"),
    ("values", "locks", "poll"),
    ("values", "locks", "kill"),
    ("values", "queues", "kill"),
    ("events", "conditions", "kill"),
    ("values", "locks", "semaphores", "events", "conditions", "queues"),
)
#: Statements of each process.
SIZES = ((2, 2), (2, 1), (1, 2), (1, 1, 1), (3, 2), (2, 1, 1), (3, 3), (2, 2, 1))
FOUR = ((1, 1, 1, 1),)
#: For four processes: neither signals nor feeders, or brute force would take too long.
GROUPS_OF_FOUR = (
    ("values",),
    ("values", "locks"),
    ("values", "rlocks"),
    ("array", "sleeps"),
    ("values", "semaphores"),
    ("values", "locks", "branches", "timeouts"),
    ("events",),
    ("values", "events"),
    ("values", "conditions"),
    ("locks", "semaphores", "events"),
)

#: Operations of a statement, if it is not one; a lock is taken and released.
_OPERATIONS = {"with": 2, "rwith": 2, "try": 2, "timed": 2, "permit": 2, "await": 3, "notify": 4}
_OPERATIONS |= {"notify_all": 3, "guarded read": 3, "guarded write": 3, "put": 2}


def size(statements: Sequence[Statement]) -> int:
    """How many operations these come to, about."""
    return sum(_OPERATIONS.get(one.what, 1) + size(one.then) for one in statements)


def orders(program: Program) -> int:
    """How many schedules a program has, about: all orders of its operations and exits."""
    lengths = [size(process) + 1 for process in program.processes]
    lengths += [2 for statement in program.main if statement.what == "terminate"]
    return factorial(sum(lengths)) // prod(map(factorial, lengths))


def programs(
    features: Sequence[str], sizes: Sequence[Sequence[int]], most: int
) -> Iterator[tuple[Program, Seen]]:
    """Programs of this kind without end, each with what brute force finds in it.

    Those that have more than `most` schedules are left out.
    """
    for seed in count():
        program = random_program(seed, features, sizes)
        if orders(program) > most:
            continue
        try:
            yield program, by_force(runner(body, program=program), most)
        except TooMany:
            continue


def differences(program: Program, force: Seen) -> str:
    """In what the search differs from brute force; nothing if it does not."""
    search = by_search(runner(body, program=program))
    found = [
        what
        for what, same in (
            ("other traces", set(search.traces) == set(force.traces)),
            ("other outcomes", search.outcomes == force.outcomes),
            ("other deadlocks", search.deadlocks == force.deadlocks),
            ("other findings", search.findings == force.findings),
            ("a trace twice", len(search.traces) == search.runs - search.redundant),
            ("many given up", search.redundant <= 1 + len(search.traces) // 10),
        )
        if not same
    ]
    return f"{', '.join(found)} in:\n{text(program)}" if found else ""
