"""Shared objects stay shared with a spawned child; default arguments start afresh."""

import multiprocessing as mp


def add(lock, total, cells, seen=[]):
    with lock:
        seen.append(1)
        total.value += len(seen)
        cells[0] += 10


if __name__ == "__main__":
    spawn = mp.get_context("spawn")
    lock = spawn.Lock()
    total = spawn.Value("i", 0)
    cells = spawn.Array("i", 2)
    add(lock, total, cells)
    add(lock, total, cells)
    processes = [spawn.Process(target=add, args=(lock, total, cells)) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    print(total.value, cells[:], add.__defaults__)
