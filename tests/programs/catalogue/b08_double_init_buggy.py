"""Whoever comes first sets the entry of a managed dict to 0; counting itself is under a lock.

Two processes can both find no entry. The slower one then sets it to 0 again, when the faster
one has already counted, and that count is lost.
"""

from multiprocessing import Lock, Manager, Process


def count(totals, lock, word):
    if word not in totals:
        totals[word] = 0
    with lock:
        totals[word] += 1


if __name__ == "__main__":
    lock = Lock()
    with Manager() as manager:
        totals = manager.dict()
        counters = [Process(target=count, args=(totals, lock, "spam")) for _ in range(2)]
        for counter in counters:
            counter.start()
        for counter in counters:
            counter.join()
        print("spam:", totals["spam"])
