"""Two consumers each take jobs `while not jobs.empty()`.

Both can see the last job there; one of them gets it and the other waits in get() for ever.
"""

from multiprocessing import Process, Queue


def consume(jobs):
    while not jobs.empty():
        print(jobs.get())


if __name__ == "__main__":
    jobs = Queue()
    jobs.put("job")
    consumers = [Process(target=consume, args=(jobs,)) for _ in range(2)]
    for consumer in consumers:
        consumer.start()
    for consumer in consumers:
        consumer.join()
