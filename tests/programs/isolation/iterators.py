"""An iterator and a counter of ids moved on by a child have not moved in the parent."""

import itertools
from multiprocessing import Process, SimpleQueue

ids = itertools.count(1)
words = iter(["one", "two", "three"])


def work(queue):
    queue.put((next(ids), next(words)))


if __name__ == "__main__":
    queue = SimpleQueue()
    work(queue)
    print("parent", queue.get())
    for _ in range(2):
        process = Process(target=work, args=(queue,))
        process.start()
        process.join()
        print("child ", queue.get())
    work(queue)
    print("parent", queue.get())
