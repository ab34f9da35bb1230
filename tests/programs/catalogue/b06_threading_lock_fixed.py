"""The twin of b06: a Lock of multiprocessing, which stays one lock over the fork."""

import multiprocessing as mp

lock = mp.Lock()


def count(counter):
    with lock:
        counter.value += 1


if __name__ == "__main__":
    counter = mp.Value("i", 0)
    workers = [mp.Process(target=count, args=(counter,)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print("counted", counter.value)
