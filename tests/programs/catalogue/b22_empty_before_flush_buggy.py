"""The consumer stops when the queue is empty; the job was put before it even started.

put() only hands the job to a thread that writes it to the pipe some time later. Until then
empty() is True, and the consumer goes home with the job undone.
"""

from multiprocessing import Process, Queue, Value


def consume(jobs, done):
    while not jobs.empty():
        jobs.get()
        done.value += 1


if __name__ == "__main__":
    jobs = Queue()
    done = Value("i", 0)
    jobs.put("job")
    consumer = Process(target=consume, args=(jobs, done))
    consumer.start()
    consumer.join()
    assert done.value == 1, f"{done.value} of 1 job done"
