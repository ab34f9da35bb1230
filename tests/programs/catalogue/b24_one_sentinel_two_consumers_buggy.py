"""Two consumers work until they get the sentinel, but only one sentinel is sent.

The consumer that gets it stops; the other one waits for ever.
"""

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
    jobs.put(None)
    for consumer in consumers:
        consumer.join()
