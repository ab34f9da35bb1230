"""A worker that waits for an event is terminated; later the parent sets the event.

set() wakes everyone who was counted as waiting and waits until they have woken. The dead
worker is still counted and will not wake: set() never returns.
"""

from multiprocessing import Event, Process


def work(stop):
    stop.wait()


if __name__ == "__main__":
    stop = Event()
    worker = Process(target=work, args=(stop,))
    worker.start()
    worker.terminate()
    worker.join()
    stop.set()
    print("stopped")
