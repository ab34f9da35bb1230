"""The manager's `with` block ends while a child still uses what it manages.

With the block the manager's process goes: the child's next call finds nobody there and raises.
"""

from multiprocessing import Manager, Process


def work(results):
    results["answer"] = 42


if __name__ == "__main__":
    with Manager() as manager:
        results = manager.dict()
        worker = Process(target=work, args=(results,))
        worker.start()
    worker.join()
