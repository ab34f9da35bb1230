"""The twin of b44: the result comes back on a Queue."""

from multiprocessing import Process, Queue


def work(queue, number):
    queue.put(number * number)


if __name__ == "__main__":
    queue = Queue()
    worker = Process(target=work, args=(queue, 7))
    worker.start()
    results = [queue.get()]
    worker.join()
    assert results == [49], results
