"""An attribute of a function counts per process."""

from multiprocessing import Process, SimpleQueue


def work(queue):
    work.calls += 1
    queue.put(work.calls)


work.calls = 0

if __name__ == "__main__":
    queue = SimpleQueue()
    for _ in range(2):
        process = Process(target=work, args=(queue,))
        process.start()
        process.join()
        print("child ", queue.get())
    print("parent", work.calls)
