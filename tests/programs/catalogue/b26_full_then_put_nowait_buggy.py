"""Two sensors each offer a reading if the queue is not full.

Both can see the last free place; the slower one's put_nowait() raises Full.
"""

from multiprocessing import Process, Queue


def offer(readings, value):
    if not readings.full():
        readings.put_nowait(value)


if __name__ == "__main__":
    readings = Queue(1)
    sensors = [Process(target=offer, args=(readings, value)) for value in (20, 21)]
    for sensor in sensors:
        sensor.start()
    for sensor in sensors:
        sensor.join()
    print(readings.get())
