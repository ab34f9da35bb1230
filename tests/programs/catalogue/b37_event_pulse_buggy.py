"""The parent lets a waiting child go by set() and clear() in one breath.

A child that is not yet waiting at that moment finds the event cleared again, and waits for ever.
"""

from multiprocessing import Event, Process


def work(go):
    go.wait()
    print("working")


if __name__ == "__main__":
    go = Event()
    worker = Process(target=work, args=(go,))
    worker.start()
    go.set()
    go.clear()
    worker.join()
