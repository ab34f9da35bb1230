"""The twin of b39: the worker is not killed; setting the event is what ends it."""

from multiprocessing import Event, Process


def work(stop):
    stop.wait()


if __name__ == "__main__":
    stop = Event()
    worker = Process(target=work, args=(stop,))
    worker.start()
    stop.set()
    worker.join()
    print("stopped")
