"""The twin of b26: put_nowait() itself finds out, and Full means that the reading is dropped."""

import queue
from multiprocessing import Process, Queue


def offer(readings, value):
    try:
        readings.put_nowait(value)
    except queue.Full:
        print("dropped", value)


if __name__ == "__main__":
    readings = Queue(1)
    sensors = [Process(target=offer, args=(readings, value)) for value in (20, 21)]
    for sensor in sensors:
        sensor.start()
    for sensor in sensors:
        sensor.join()
    print(readings.get())
