"""How often the counter goes up depends on os.urandom: two runs of one schedule differ."""

import os
from multiprocessing import Process, Value


def count(counter):
    for _ in range(os.urandom(1)[0] % 16):
        with counter.get_lock():
            counter.value += 1


if __name__ == "__main__":
    counter = Value("i", 0)
    processes = [Process(target=count, args=(counter,)) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    print("counted", counter.value)
