"""Two workers meet at a barrier that was made for three, as if the parent would come too.

The third one never comes, and the two wait for ever.
"""

from multiprocessing import Barrier, Process

WORKERS = 2


def work(barrier):
    barrier.wait()
    print("working")


if __name__ == "__main__":
    barrier = Barrier(WORKERS + 1)
    workers = [Process(target=work, args=(barrier,)) for _ in range(WORKERS)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
