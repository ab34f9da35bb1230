"""A child that changes its working directory leaves its parent where it was."""

import os
from multiprocessing import Process, SimpleQueue


def work(queue):
    os.chdir("/")
    queue.put(os.getcwd())


if __name__ == "__main__":
    home = os.getcwd()
    queue = SimpleQueue()
    process = Process(target=work, args=(queue,))
    process.start()
    process.join()
    print("child ", queue.get())
    print("parent", os.getcwd() == home)
