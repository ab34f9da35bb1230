"""Seeds: one for the session, and from it another one for each test and each shard of it."""

from __future__ import annotations

import hashlib
import os
from typing import Final

_BITS: Final = 32


def new_seed() -> int:
    """A seed that nobody has chosen."""
    return int.from_bytes(os.urandom(_BITS // 8), "big")


def seed_for(session: int, test: str, shard: int = 0) -> int:
    """The seed of one shard of one test; does not depend on which worker it comes to."""
    text = f"{session} {test}" + (f" {shard}" if shard else "")
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[: _BITS // 8], "big")
