"""The twin of b40: as many parties as there are processes that wait."""

from multiprocessing import Barrier, Process

WORKERS = 2


def work(barrier):
    barrier.wait()
    print("working")


if __name__ == "__main__":
    barrier = Barrier(WORKERS)
    workers = [Process(target=work, args=(barrier,)) for _ in range(WORKERS)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
