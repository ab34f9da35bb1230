"""The twin of b30: a sentinel ends the first worker outside get()."""

from multiprocessing import Process, Queue


def work(jobs):
    print(jobs.get())


if __name__ == "__main__":
    jobs = Queue()
    worker = Process(target=work, args=(jobs,))
    worker.start()
    jobs.put(None)
    worker.join()
    fresh = Process(target=work, args=(jobs,))
    fresh.start()
    jobs.put("job")
    fresh.join()
