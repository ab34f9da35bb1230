"""A worker puts its result on a queue and leaves by os._exit().

put() only hands the result to a thread, which os._exit() does not wait for: the result can
be lost, and the parent waits for it for ever.
"""

import os
from multiprocessing import Process, Queue


def work(results):
    results.put("result")
    os._exit(0)


if __name__ == "__main__":
    results = Queue()
    worker = Process(target=work, args=(results,))
    worker.start()
    print(results.get())
    worker.join()
