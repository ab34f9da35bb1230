"""A worker that did not get the lock releases it in `finally` all the same.

Any process may release a Lock. So this one releases the other worker's, whose own release
then raises ValueError (and which was not alone any more in the meantime).
"""

from multiprocessing import Lock, Process


def work(lock, name):
    try:
        if lock.acquire(block=False):
            print(name, "works")
    finally:
        lock.release()


if __name__ == "__main__":
    lock = Lock()
    workers = [Process(target=work, args=(lock, name)) for name in ("first", "second")]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
