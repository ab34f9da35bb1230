"""The copy is made by start(), not by Process(...): changes in between are seen by the child."""

from multiprocessing import Process, SimpleQueue

numbers = [1]


def report(queue, argument):
    queue.put((numbers, argument))


if __name__ == "__main__":
    queue = SimpleQueue()
    argument = {"key": "before Process"}
    process = Process(target=report, args=(queue, argument))
    numbers.append(2)
    argument["key"] = "before start"
    process.start()
    process.join()
    print(queue.get())
