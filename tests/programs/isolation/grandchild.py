"""A grandchild starts from what its own parent had made of things, and changes neither."""

from multiprocessing import Process, SimpleQueue

path = ["main"]


def grandchild(queue):
    path.append("grandchild")
    queue.put(list(path))


def child(queue, name):
    path.append(name)
    process = Process(target=grandchild, args=(queue,))
    process.start()
    process.join()
    queue.put(list(path))


if __name__ == "__main__":
    queue = SimpleQueue()
    for name in ("first", "second"):
        process = Process(target=child, args=(queue, name))
        process.start()
        process.join()
        print(queue.get())
        print(queue.get())
    print(path)
