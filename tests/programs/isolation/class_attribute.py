"""Class attributes, changed in place or assigned in a child, stay as they were in the parent."""

from multiprocessing import Process, SimpleQueue


class Registry:
    names = []
    count = 0

    @classmethod
    def register(cls, name):
        cls.names.append(name)
        cls.count += 1
        return cls.count


def work(queue):
    Registry.register("child")
    Registry.extra = "added by the child"
    queue.put((Registry.names, Registry.count, hasattr(Registry, "extra")))


if __name__ == "__main__":
    queue = SimpleQueue()
    Registry.register("parent")
    process = Process(target=work, args=(queue,))
    process.start()
    process.join()
    print("child ", queue.get())
    print("parent", (Registry.names, Registry.count, hasattr(Registry, "extra")))
