"""An environment variable set by a child keeps its value in the parent."""

import os
from multiprocessing import Process, SimpleQueue


def work(queue):
    os.environ["PROGRAM_MODE"] = "child"
    queue.put(os.environ["PROGRAM_MODE"])


if __name__ == "__main__":
    os.environ["PROGRAM_MODE"] = "parent"
    queue = SimpleQueue()
    process = Process(target=work, args=(queue,))
    process.start()
    process.join()
    print("child ", queue.get())
    print("parent", os.environ["PROGRAM_MODE"])
