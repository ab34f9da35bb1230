"""The twin of b09: a real Lock, which tests and sets in one step."""

from multiprocessing import Lock, Process, Value


def count(busy, counter):
    with busy:
        counter.value += 1


if __name__ == "__main__":
    busy = Lock()
    counter = Value("i", 0)
    workers = [Process(target=count, args=(busy, counter)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print("counted", counter.value)
