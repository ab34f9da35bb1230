"""Two workers wait for one event, and each clears it when it has come.

The first one through takes the event away from the second one, which then waits for ever.
"""

from multiprocessing import Event, Process


def work(go):
    go.wait()
    go.clear()
    print("working")


if __name__ == "__main__":
    go = Event()
    workers = [Process(target=work, args=(go,)) for _ in range(2)]
    for worker in workers:
        worker.start()
    go.set()
    for worker in workers:
        worker.join()
