"""How many: the numbers that programs give, as CPython's own classes take them."""

from __future__ import annotations

import sys
from math import ceil, inf
from operator import index
from typing import Any


def exact(number: Any) -> int:
    """A number that CPython hands to C, which takes whole ones only.

    Raises:
        TypeError: it is not one, in CPython's words.
    """
    return int(index(number))  # True is 1 there


def compared(number: Any) -> int:
    """A number that CPython only compares with a count: a float is as good as the next whole one,
    and less than none is as good as none.

    Raises:
        TypeError: it is no number, in CPython's words.
    """
    if isinstance(number, float):
        number = sys.maxsize if number == inf else ceil(number)
    return max(0, exact(number))
