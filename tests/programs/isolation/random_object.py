"""A Random object of the program's own is copied: both children draw what the parent draws next."""

import random
from multiprocessing import Process, SimpleQueue

dice = random.Random(2024)


def roll(queue):
    queue.put([dice.randint(1, 6) for _ in range(5)])


if __name__ == "__main__":
    queue = SimpleQueue()
    roll(queue)
    print("parent", queue.get())
    for _ in range(2):
        process = Process(target=roll, args=(queue,))
        process.start()
        process.join()
        print("child ", queue.get())
    roll(queue)
    print("parent", queue.get())
