"""The twin of b20: first get(), then join()."""

from multiprocessing import Process, Queue


def produce(results):
    results.put("x" * 100_000)


if __name__ == "__main__":
    results = Queue()
    producer = Process(target=produce, args=(results,))
    producer.start()
    print(len(results.get()), "characters")
    producer.join()
