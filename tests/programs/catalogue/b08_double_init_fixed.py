"""The twin of b08: testing, setting and counting are under the lock together."""

from multiprocessing import Lock, Manager, Process


def count(totals, lock, word):
    with lock:
        if word not in totals:
            totals[word] = 0
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
