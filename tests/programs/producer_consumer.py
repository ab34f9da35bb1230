"""A producer makes ten items at its own pace, a consumer takes them until the sentinel comes."""

import random
import time
from multiprocessing import Process, Queue


def produce(queue):
    for number in range(10):
        time.sleep(random.random() / 20)
        queue.put(number)
    queue.put(None)


def consume(queue):
    expected = 0
    while True:
        number = queue.get()
        if number is None:
            break
        time.sleep(random.random() / 20)
        assert number == expected
        expected += 1
    assert expected == 10


if __name__ == "__main__":
    queue = Queue()
    producer = Process(target=produce, args=(queue,))
    consumer = Process(target=consume, args=(queue,))
    producer.start()
    consumer.start()
    producer.join()
    consumer.join()
    print("done")
