"""The parent starts the consumer and joins it, and would start the producer after that.

The consumer waits for an item that only the producer will put: it never ends, and the
producer never begins.
"""

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
        process.join()
