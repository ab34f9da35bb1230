"""The twin of b16: the worker is asked to stop by an Event, and ends by itself."""

from multiprocessing import Event, Lock, Process


def work(started, stop, lock):
    started.set()
    with lock:
        if not stop.is_set():
            print("working")


if __name__ == "__main__":
    started = Event()
    stop = Event()
    lock = Lock()
    worker = Process(target=work, args=(started, stop, lock))
    worker.start()
    started.wait()
    stop.set()
    worker.join()
    with lock:
        print("cancelled")
