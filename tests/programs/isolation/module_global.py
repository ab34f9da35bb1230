"""A global of an imported module, changed in a child, stays as it was in the parent."""

from multiprocessing import Process, Queue

import _settings


def change(queue):
    _settings.options["colour"] = "blue"
    _settings.raise_level()
    queue.put((_settings.options["colour"], _settings.level))


if __name__ == "__main__":
    queue = Queue()
    process = Process(target=change, args=(queue,))
    process.start()
    seen = queue.get()
    process.join()
    print("child ", seen)
    print("parent", (_settings.options["colour"], _settings.level))
