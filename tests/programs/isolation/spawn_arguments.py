"""A spawned child gets its arguments pickled, as they are at start(): copies."""

import multiprocessing as mp


class Point:
    unit = "cm"

    def __init__(self, x):
        self.x = x
        self.trail = []

    def move(self, queue, step, *, repeat=1):
        for _ in range(repeat):
            self.trail.append(self.x)
            self.x += step
        queue.put((self.x, self.trail, self.unit))


if __name__ == "__main__":
    Point.unit = "km"
    point = Point(5)
    spawn = mp.get_context("spawn")
    queue = spawn.SimpleQueue()
    process = spawn.Process(target=point.move, args=(queue, 10), kwargs={"repeat": 2})
    point.x = 7
    process.start()
    process.join()
    print("child ", queue.get())
    print("parent", (point.x, point.trail, point.unit))
