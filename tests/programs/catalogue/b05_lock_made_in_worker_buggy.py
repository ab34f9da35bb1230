"""Each worker makes a Lock of its own before it counts.

Nobody else knows that lock, so it is always free: both workers can read the same number, and
one count is lost.
"""

from multiprocessing import Lock, Process, Value


def count(counter):
    lock = Lock()
    with lock:
        counter.value += 1


if __name__ == "__main__":
    counter = Value("i", 0)
    workers = [Process(target=count, args=(counter,)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print("counted", counter.value)
