"""The twin of b02: the Value's own lock is held from the read to the write."""

from multiprocessing import Process, Value


def visit(visits):
    with visits.get_lock():
        visits.value += 1


if __name__ == "__main__":
    visits = Value("i", 0)
    visitors = [Process(target=visit, args=(visits,)) for _ in range(2)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    print(visits.value, "visits")
