"""The twin of b28: task_done() in `finally`."""

from multiprocessing import JoinableQueue, Process


def work(tasks):
    while True:
        number = tasks.get()
        try:
            print(100 // number)
        except ZeroDivisionError:
            print("skipped", number)
        finally:
            tasks.task_done()


if __name__ == "__main__":
    tasks = JoinableQueue()
    worker = Process(target=work, args=(tasks,), daemon=True)
    worker.start()
    tasks.put(0)
    tasks.join()
    print("all done")
