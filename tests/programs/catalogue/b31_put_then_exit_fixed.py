"""The twin of b31: the worker waits for the queue's thread before it leaves."""

import os
from multiprocessing import Process, Queue


def work(results):
    results.put("result")
    results.close()
    results.join_thread()
    os._exit(0)


if __name__ == "__main__":
    results = Queue()
    worker = Process(target=work, args=(results,))
    worker.start()
    print(results.get())
    worker.join()
