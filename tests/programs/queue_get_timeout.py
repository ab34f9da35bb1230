"""get(timeout=2) on an empty queue gives up with queue.Empty after two seconds."""

import queue
import time
from multiprocessing import Queue

if __name__ == "__main__":
    items = Queue()
    started = time.monotonic()
    try:
        items.get(timeout=2)
    except queue.Empty:
        waited = time.monotonic() - started
        print(f"empty after {waited:.1f} s")
        assert waited >= 2
    else:
        raise SystemExit("there was an item in an empty queue")
