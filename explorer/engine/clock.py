"""Virtual time: integer nanoseconds that move only when no process can go on.

A *tick*, the unit of jitter, is a millisecond of virtual time.
"""

from __future__ import annotations

from typing import Final

NANOSECONDS: Final = 1_000_000_000
TICK: Final = 1_000_000  # nanoseconds in one tick of jitter


def nanoseconds(seconds: float) -> int:
    """Seconds as the clock counts them; a negative time-out polls, as CPython's do."""
    return max(0, round((0 + seconds) * NANOSECONDS))  # 0 +: of "2" no thousand million copies
