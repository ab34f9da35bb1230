"""What belongs to one run besides the world: output, random, who is absent."""

from __future__ import annotations

from explorer.objects.process import ProcessObject


class Runtime:
    """One per run."""

    __slots__ = ("absent", "errors", "output", "seed")

    def __init__(self, absent: frozenset[str] = frozenset(), seed: int = 0) -> None:
        self.absent = absent
        self.seed = seed
        self.output: list[str] = []
        self.errors: list[str] = []

    def write_error(self, text: str) -> None:
        """To the stderr of the run."""
        self.errors.append(text)

    def flush(self, process: ProcessObject) -> None:
        """A process ends: what it still buffers goes out."""
