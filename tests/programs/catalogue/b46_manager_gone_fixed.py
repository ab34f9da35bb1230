"""The twin of b46: the child is joined while the manager is still there."""

from multiprocessing import Manager, Process


def work(results):
    results["answer"] = 42


if __name__ == "__main__":
    with Manager() as manager:
        results = manager.dict()
        worker = Process(target=work, args=(results,))
        worker.start()
        worker.join()
