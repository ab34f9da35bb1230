"""The twin of b18: who did not get the lock neither works nor releases."""

import time
from multiprocessing import Lock, Process


def work(lock):
    if lock.acquire(timeout=0.1):
        try:
            time.sleep(0.2)
        finally:
            lock.release()
    else:
        print("busy")


if __name__ == "__main__":
    lock = Lock()
    workers = [Process(target=work, args=(lock,)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
