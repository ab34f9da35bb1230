"""The parent cancels a worker with terminate() and then wants the lock that they share.

terminate() can hit the worker while it holds the lock. Nobody releases it any more, so the
parent waits for ever.
"""

from multiprocessing import Event, Lock, Process


def work(started, lock):
    started.set()
    with lock:
        print("working")


if __name__ == "__main__":
    started = Event()
    lock = Lock()
    worker = Process(target=work, args=(started, lock))
    worker.start()
    started.wait()
    worker.terminate()
    worker.join()
    with lock:
        print("cancelled")
