"""The twin of b22: a blocking get(), and a sentinel after the last job."""

from multiprocessing import Process, Queue, Value


def consume(jobs, done):
    while jobs.get() is not None:
        done.value += 1


if __name__ == "__main__":
    jobs = Queue()
    done = Value("i", 0)
    jobs.put("job")
    jobs.put(None)
    consumer = Process(target=consume, args=(jobs, done))
    consumer.start()
    consumer.join()
    assert done.value == 1, f"{done.value} of 1 job done"
