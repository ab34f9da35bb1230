"""A semaphore stands for two licences; each job needs both and takes one after the other.

When each of two jobs holds one, each waits for the one the other holds.
"""

from multiprocessing import Process, Semaphore


def run(name, licences):
    licences.acquire()
    licences.acquire()
    print(name)
    licences.release()
    licences.release()


if __name__ == "__main__":
    licences = Semaphore(2)
    jobs = [Process(target=run, args=(name, licences)) for name in ("compile", "simulate")]
    for job in jobs:
        job.start()
    for job in jobs:
        job.join()
