"""The twin of b15: `with lock` releases whatever happens."""

from multiprocessing import Lock, Process


def parse(lock, text):
    try:
        with lock:
            print("parsed", int(text))
    except ValueError:
        print("skipped", text)


if __name__ == "__main__":
    lock = Lock()
    workers = [Process(target=parse, args=(lock, text)) for text in ("twelve", "12")]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
