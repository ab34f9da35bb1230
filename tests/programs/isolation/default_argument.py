"""A mutable default argument collects per process, not over all of them."""

from multiprocessing import Process, SimpleQueue


def remember(queue, word, seen=[]):
    seen.append(word)
    queue.put(list(seen))


if __name__ == "__main__":
    queue = SimpleQueue()
    remember(queue, "parent")
    print(queue.get())
    for word in ("first", "second"):
        process = Process(target=remember, args=(queue, word))
        process.start()
        process.join()
        print(queue.get())
    remember(queue, "parent again")
    print(queue.get())
