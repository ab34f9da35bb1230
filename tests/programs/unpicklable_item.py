"""A lambda is put on a queue: put() returns, the feeder drops it, the next item comes."""

from multiprocessing import Process, Queue


def consume(queue):
    print("got", queue.get())


if __name__ == "__main__":
    queue = Queue()
    consumer = Process(target=consume, args=(queue,))
    consumer.start()
    queue.put(lambda: "cannot be pickled")
    queue.put("a plain string")
    consumer.join()
