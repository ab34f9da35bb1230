"""Verify: every trace of a program once, by one process or by several, and what that proves."""

from __future__ import annotations

from explorer.verifying.pool import pool
from explorer.verifying.verification import Limits, Verification

__all__ = ["Limits", "Verification", "pool"]
