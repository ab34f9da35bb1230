"""A worker acquires a Lock that it already holds.

A Lock does not know its owner: the second acquire waits for a release that only the worker
itself could make.
"""

from multiprocessing import Lock, Process


def work(lock):
    lock.acquire()
    lock.acquire()
    print("working")
    lock.release()
    lock.release()


if __name__ == "__main__":
    lock = Lock()
    worker = Process(target=work, args=(lock,))
    worker.start()
    worker.join()
