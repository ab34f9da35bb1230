"""The cache of a function is copied with what is in it, and grows in each process for itself."""

from functools import lru_cache
from multiprocessing import Process, SimpleQueue


@lru_cache(maxsize=None)
def square(number):
    return number * number


def work(queue):
    square(2)
    square(3)
    queue.put(square.cache_info()[:2])


if __name__ == "__main__":
    queue = SimpleQueue()
    square(2)
    for _ in range(2):
        process = Process(target=work, args=(queue,))
        process.start()
        process.join()
        print("child ", queue.get())
    print("parent", square.cache_info()[:2])
