"""A worker calls task_done() after each task, but not after one that fails.

The queue goes on counting one task as unfinished, so join() never returns.
"""

from multiprocessing import JoinableQueue, Process


def work(tasks):
    while True:
        number = tasks.get()
        try:
            print(100 // number)
            tasks.task_done()
        except ZeroDivisionError:
            print("skipped", number)


if __name__ == "__main__":
    tasks = JoinableQueue()
    worker = Process(target=work, args=(tasks,), daemon=True)
    worker.start()
    tasks.put(0)
    tasks.join()
    print("all done")
