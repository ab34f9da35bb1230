"""Each worker makes the output directory if it is not there.

Both can find it missing; the slower one's mkdir then raises FileExistsError.
"""

import os
from multiprocessing import Process


def prepare():
    if not os.path.exists("output"):
        os.mkdir("output")


if __name__ == "__main__":
    workers = [Process(target=prepare) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
