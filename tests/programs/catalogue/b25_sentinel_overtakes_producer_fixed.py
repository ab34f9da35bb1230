"""The twin of b25: the sentinel is put when the producer has ended, its items in the pipe."""

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
    producer.join()
    items.put(None)
    consumer.join()
    assert received.value == 1, f"{received.value} of 1 item received"
