"""The twin of b24: one sentinel for each consumer."""

from multiprocessing import Process, Queue


def consume(jobs):
    for job in iter(jobs.get, None):
        print(job)


if __name__ == "__main__":
    jobs = Queue()
    consumers = [Process(target=consume, args=(jobs,)) for _ in range(2)]
    for consumer in consumers:
        consumer.start()
    jobs.put("job")
    for _ in consumers:
        jobs.put(None)
    for consumer in consumers:
        consumer.join()
