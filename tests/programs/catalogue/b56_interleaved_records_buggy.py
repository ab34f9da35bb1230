"""Two processes each write a record of two lines to one log, with a print() for each line.

Each line is whole, but the other process can print between the two: the records are mixed up.
"""

from multiprocessing import Process


def record(name):
    with open("log.txt", "a") as log:
        print("begin", name, file=log, flush=True)
        print("end", name, file=log, flush=True)


if __name__ == "__main__":
    processes = [Process(target=record, args=(name,)) for name in ("one", "two")]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    with open("log.txt") as log:
        words = log.read().split()
    assert words[1] == words[3], words
