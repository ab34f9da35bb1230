"""The twin of b10: makedirs with exist_ok asks nothing beforehand and does not mind."""

import os
from multiprocessing import Process


def prepare():
    os.makedirs("output", exist_ok=True)


if __name__ == "__main__":
    workers = [Process(target=prepare) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
