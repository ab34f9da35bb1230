"""The parent notifies a child that waits on a Condition, with nothing said beside.

A notification is not remembered: when the parent is there first, the child waits for ever.
"""

from multiprocessing import Condition, Process


def work(ready):
    with ready:
        ready.wait()
    print("working")


if __name__ == "__main__":
    ready = Condition()
    worker = Process(target=work, args=(ready,))
    worker.start()
    with ready:
        ready.notify()
    worker.join()
