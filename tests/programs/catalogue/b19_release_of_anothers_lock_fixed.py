"""The twin of b19: only who acquired the lock releases it."""

from multiprocessing import Lock, Process


def work(lock, name):
    if lock.acquire(block=False):
        try:
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
