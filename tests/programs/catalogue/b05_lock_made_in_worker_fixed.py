"""The twin of b05: the parent makes the Lock and passes it to both workers."""

from multiprocessing import Lock, Process, Value


def count(counter, lock):
    with lock:
        counter.value += 1


if __name__ == "__main__":
    counter = Value("i", 0)
    lock = Lock()
    workers = [Process(target=count, args=(counter, lock)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print("counted", counter.value)
