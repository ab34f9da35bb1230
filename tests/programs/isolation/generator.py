"""A generator moved on by a child has not moved in the parent."""

from multiprocessing import Process, SimpleQueue


def spell(word):
    yield from word


letters = spell("abc")


def work(queue):
    queue.put(next(letters))


if __name__ == "__main__":
    queue = SimpleQueue()
    work(queue)
    print("parent", queue.get())
    for _ in range(2):
        process = Process(target=work, args=(queue,))
        process.start()
        process.join()
        print("child ", queue.get())
    work(queue)
    print("parent", queue.get())
