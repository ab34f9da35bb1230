"""The twin of b11: an RLock lets its owner in again."""

from multiprocessing import Process, RLock


def work(lock):
    lock.acquire()
    lock.acquire()
    print("working")
    lock.release()
    lock.release()


if __name__ == "__main__":
    lock = RLock()
    worker = Process(target=work, args=(lock,))
    worker.start()
    worker.join()
