"""The twin of b21: a sentinel for each consumer says that nothing more will come."""

from multiprocessing import Process, Queue


def consume(jobs):
    for job in iter(jobs.get, None):
        print(job)


if __name__ == "__main__":
    jobs = Queue()
    jobs.put("job")
    jobs.put(None)
    jobs.put(None)
    consumers = [Process(target=consume, args=(jobs,)) for _ in range(2)]
    for consumer in consumers:
        consumer.start()
    for consumer in consumers:
        consumer.join()
