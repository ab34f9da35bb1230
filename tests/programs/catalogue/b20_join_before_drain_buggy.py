"""The parent waits for a producer to end before it takes the producer's big item.

The item does not fit into the pipe behind the queue, and a process does not end before what
it has put is in the pipe: the parent waits for the producer and the producer for the parent.
"""

from multiprocessing import Process, Queue


def produce(results):
    results.put("x" * 100_000)


if __name__ == "__main__":
    results = Queue()
    producer = Process(target=produce, args=(results,))
    producer.start()
    producer.join()
    print(len(results.get()), "characters")
