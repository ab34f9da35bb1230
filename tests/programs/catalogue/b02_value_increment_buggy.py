"""`visits.value += 1`, trusting that a Value comes with a lock of its own.

That lock covers the read and it covers the write, but it is free in between: two processes
can read the same number, and then one visit is not counted.
"""

from multiprocessing import Process, Value


def visit(visits):
    visits.value += 1


if __name__ == "__main__":
    visits = Value("i", 0)
    visitors = [Process(target=visit, args=(visits,)) for _ in range(2)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    print(visits.value, "visits")
