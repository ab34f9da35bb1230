"""A child appends its result to a global list, and the parent looks for it there.

The child has a copy of the list; the parent's stays empty.
"""

from multiprocessing import Process

results = []


def work(number):
    results.append(number * number)


if __name__ == "__main__":
    worker = Process(target=work, args=(7,))
    worker.start()
    worker.join()
    assert results == [49], results
