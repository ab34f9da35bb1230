"""A process is forked while a thread of its parent may hold a lock.

The child gets a copy of the lock as it is, taken, but not the thread that would release it:
it waits for ever.
"""

import multiprocessing as mp
import threading

lock = threading.Lock()
loaded = threading.Event()
settings = {}


def load():
    with lock:
        settings["colour"] = "red"
        loaded.set()


def work():
    with lock:
        print(settings["colour"])


if __name__ == "__main__":
    loader = threading.Thread(target=load)
    loader.start()
    loaded.wait()
    worker = mp.Process(target=work)
    worker.start()
    worker.join()
    loader.join()
