"""The twin of b56: a Lock around the whole record."""

from multiprocessing import Lock, Process


def record(lock, name):
    with lock, open("log.txt", "a") as log:
        print("begin", name, file=log, flush=True)
        print("end", name, file=log, flush=True)


if __name__ == "__main__":
    lock = Lock()
    processes = [Process(target=record, args=(lock, name)) for name in ("one", "two")]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    with open("log.txt") as log:
        words = log.read().split()
    assert words[1] == words[3], words
