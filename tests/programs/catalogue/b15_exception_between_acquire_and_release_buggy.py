"""A bad input raises between acquire() and release(); the exception is caught further out.

The worker goes on and ends well, but the lock stays taken: the next one waits for ever.
"""

from multiprocessing import Lock, Process


def parse(lock, text):
    try:
        lock.acquire()
        print("parsed", int(text))
        lock.release()
    except ValueError:
        print("skipped", text)


if __name__ == "__main__":
    lock = Lock()
    workers = [Process(target=parse, args=(lock, text)) for text in ("twelve", "12")]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
