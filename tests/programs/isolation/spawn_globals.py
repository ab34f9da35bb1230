"""A spawned child imports the program anew: it sees globals as at import, not as main left them."""

import multiprocessing as mp

level = 1
names = ["import"]


def report(queue):
    names.append("child")
    queue.put((__name__, level, names))


if __name__ == "__main__":
    level = 2
    names.append("main")
    spawn = mp.get_context("spawn")
    queue = spawn.SimpleQueue()
    process = spawn.Process(target=report, args=(queue,))
    process.start()
    process.join()
    print("child ", queue.get())
    print("parent", (__name__, level, names))
