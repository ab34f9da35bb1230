"""functools.partial as the target: what it carries is copied with it."""

from functools import partial
from multiprocessing import Process, SimpleQueue


def collect(basket, label, queue, number):
    basket.append((label, number))
    queue.put(basket)


if __name__ == "__main__":
    queue = SimpleQueue()
    basket = []
    work = partial(collect, basket, "partial", queue=queue)
    for number in (1, 2):
        process = Process(target=work, kwargs={"number": number})
        process.start()
        process.join()
        print("child ", queue.get())
    work(number=3)
    print("parent", queue.get())
