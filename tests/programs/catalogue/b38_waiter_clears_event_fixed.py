"""The twin of b38: each worker has an event to itself."""

from multiprocessing import Event, Process


def work(go):
    go.wait()
    go.clear()
    print("working")


if __name__ == "__main__":
    events = [Event() for _ in range(2)]
    workers = [Process(target=work, args=(go,)) for go in events]
    for worker in workers:
        worker.start()
    for go in events:
        go.set()
    for worker in workers:
        worker.join()
