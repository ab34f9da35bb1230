"""A worker is terminated and replaced by a fresh one that reads the same queue.

A process that waits in get() holds the queue's read lock. Killed there it never gives it
back, and the fresh worker waits for it for ever, with a job in the queue.
"""

from multiprocessing import Process, Queue


def work(jobs):
    print(jobs.get())


if __name__ == "__main__":
    jobs = Queue()
    worker = Process(target=work, args=(jobs,))
    worker.start()
    worker.terminate()
    worker.join()
    fresh = Process(target=work, args=(jobs,))
    fresh.start()
    jobs.put("job")
    fresh.join()
