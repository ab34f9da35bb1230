"""The twin of b43: first start all, then join all."""

from multiprocessing import Process, Queue


def produce(items):
    items.put("item")


def consume(items):
    print(items.get())


if __name__ == "__main__":
    items = Queue()
    consumer = Process(target=consume, args=(items,))
    producer = Process(target=produce, args=(items,))
    for process in (consumer, producer):
        process.start()
    for process in (consumer, producer):
        process.join()
