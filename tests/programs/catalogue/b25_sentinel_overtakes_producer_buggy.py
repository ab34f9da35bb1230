"""The parent starts a producer and a consumer and puts the sentinel.

Nothing keeps the sentinel behind the producer's items: the consumer can get it first, and
stops before anything has come.
"""

from multiprocessing import Process, Queue, Value


def produce(items):
    items.put("item")


def consume(items, received):
    while items.get() is not None:
        received.value += 1


if __name__ == "__main__":
    items = Queue()
    received = Value("i", 0)
    producer = Process(target=produce, args=(items,))
    consumer = Process(target=consume, args=(items, received))
    producer.start()
    consumer.start()
    items.put(None)
    producer.join()
    consumer.join()
    assert received.value == 1, f"{received.value} of 1 item received"
