"""How often the counter goes up depends on the last digits of the wall clock."""

import time
from datetime import datetime
from multiprocessing import Process, Value


def count(counter):
    for _ in range(time.time_ns() % 8 + datetime.now().microsecond % 8):
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
