"""The twin of b47: the thread has ended before the process is forked."""

import multiprocessing as mp
import threading

lock = threading.Lock()
settings = {}


def load():
    with lock:
        settings["colour"] = "red"


def work():
    with lock:
        print(settings["colour"])


if __name__ == "__main__":
    loader = threading.Thread(target=load)
    loader.start()
    loader.join()
    worker = mp.Process(target=work)
    worker.start()
    worker.join()
