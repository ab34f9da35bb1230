"""acquire(timeout=…) is called, but not asked whether it got the lock.

The work takes longer than the other process is willing to wait: it goes on without the lock
and releases it all the same, so that one release is one too many and raises ValueError.
"""

import time
from multiprocessing import Lock, Process


def work(lock):
    lock.acquire(timeout=0.1)
    time.sleep(0.2)
    lock.release()


if __name__ == "__main__":
    lock = Lock()
    workers = [Process(target=work, args=(lock,)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
