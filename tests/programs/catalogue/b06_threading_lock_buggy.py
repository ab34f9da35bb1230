"""A threading.Lock is used to keep processes apart.

Each child gets a copy of it with its memory, so each has a lock to itself: both can read the
same number, and one count is lost.
"""

import multiprocessing as mp
import threading

lock = threading.Lock()


def count(counter):
    with lock:
        counter.value += 1


if __name__ == "__main__":
    counter = mp.Value("i", 0)
    workers = [mp.Process(target=count, args=(counter,)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print("counted", counter.value)
