"""The twin of b35: `while` instead of `if`, so that a woken consumer looks again."""

from multiprocessing import Condition, Manager, Process


def consume(condition, items):
    with condition:
        while len(items) == 0:
            condition.wait()
        items.pop(0)


def produce(condition, items):
    for item in ("bread", "butter"):
        with condition:
            items.append(item)
            condition.notify()


if __name__ == "__main__":
    condition = Condition()
    with Manager() as manager:
        items = manager.list()
        people = [
            Process(target=consume, args=(condition, items)),
            Process(target=consume, args=(condition, items)),
            Process(target=produce, args=(condition, items)),
        ]
        for person in people:
            person.start()
        for person in people:
            person.join()
