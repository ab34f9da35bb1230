"""Shared objects inside plain ones stay shared, while the plain ones around them are copied."""

import multiprocessing as mp


class Counter:
    def __init__(self):
        self.lock = mp.Lock()
        self.shared = mp.Value("i", 0)
        self.plain = 0
        self.cells = {"array": mp.Array("i", 2), "list": [0, 0]}

    def add(self):
        with self.lock:
            self.shared.value += 1
            self.plain += 1
            self.cells["array"][1] += 5
            self.cells["list"][1] += 5


if __name__ == "__main__":
    counter = Counter()
    processes = [mp.Process(target=counter.add) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    print("shared", counter.shared.value, counter.cells["array"][:])
    print("plain ", counter.plain, counter.cells["list"])
