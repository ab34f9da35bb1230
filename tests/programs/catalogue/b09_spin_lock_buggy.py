"""A lock made of a Value: wait while it is 1, then set it to 1.

Between the test and the setting, another process can make the same test: then both are
inside, and one count is lost.
"""

import time
from multiprocessing import Process, Value


def count(busy, counter):
    while busy.value == 1:
        time.sleep(0.01)
    busy.value = 1
    counter.value += 1
    busy.value = 0


if __name__ == "__main__":
    busy = Value("i", 0)
    counter = Value("i", 0)
    workers = [Process(target=count, args=(busy, counter)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print("counted", counter.value)
