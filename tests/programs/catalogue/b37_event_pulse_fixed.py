"""The twin of b37: the event stays set."""

from multiprocessing import Event, Process


def work(go):
    go.wait()
    print("working")


if __name__ == "__main__":
    go = Event()
    worker = Process(target=work, args=(go,))
    worker.start()
    go.set()
    worker.join()
