"""The parent waits with tasks.join() for work that another process is still to put there.

As long as nothing has been put nothing is unfinished: join() returns at once, with nothing done.
"""

from multiprocessing import JoinableQueue, Process, Value


def produce(tasks):
    tasks.put("task")


def work(tasks, done):
    while True:
        tasks.get()
        done.value += 1
        tasks.task_done()


if __name__ == "__main__":
    tasks = JoinableQueue()
    done = Value("i", 0, lock=False)
    producer = Process(target=produce, args=(tasks,))
    worker = Process(target=work, args=(tasks, done), daemon=True)
    producer.start()
    worker.start()
    tasks.join()
    assert done.value == 1, f"{done.value} of 1 task done"
