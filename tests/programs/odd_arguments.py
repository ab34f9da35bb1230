"""Calls something with an odd argument: `odd_arguments.py "mp.Semaphore(x).acquire()" 3`."""

# ruff: noqa: F401 (what the calls use)

import enum
import multiprocessing as mp
import os
import queue
import signal
import sys
import threading
import time
from concurrent import futures as executors
from decimal import Decimal
from multiprocessing import shared_memory
from multiprocessing.connection import wait as waiting


class Number(enum.IntEnum):
    TWO = 2


class Index:
    def __index__(self) -> int:
        return 2

    def __repr__(self) -> str:
        return "Index()"


NUMBERS = (
    True, 0, 2, -1, 2**70, 1.5, -2.5, 1e-12, float("inf"), float("nan"),
    Number.TWO, Index(), Decimal("1.5"), None, "2", [],
)  # fmt: skip


def run(target, *arguments, **options):
    """What becomes of a process."""
    child = mp.Process(target=target, args=arguments, **options)
    child.start()
    child.join()
    return child.name, child.exitcode


def call(text, x):
    """What a call gives, in the surroundings that the calls use."""
    lock, taken, event, condition = mp.Lock(), mp.Lock(), mp.Event(), mp.Condition()
    taken.acquire()
    condition.acquire()
    pipe = mp.Pipe()
    ended = mp.Process(target=str)
    ended.start()
    return eval(text, {**globals(), **locals()})


if __name__ == "__main__":
    try:
        print(repr(call(sys.argv[1], NUMBERS[int(sys.argv[2])])))
    except Exception as error:
        print(type(error).__name__, error)
