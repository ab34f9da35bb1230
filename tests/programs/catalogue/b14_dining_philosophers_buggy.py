"""Three philosophers sit round a table with three forks; each takes the left one first.

When each holds the left one, each waits for the right one, which the next one holds.
"""

from multiprocessing import Lock, Process


def dine(name, left, right):
    with left, right:
        print(name, "eats")


if __name__ == "__main__":
    forks = [Lock() for _ in range(3)]
    philosophers = [
        Process(target=dine, args=(f"philosopher {n}", forks[n], forks[(n + 1) % 3]))
        for n in range(3)
    ]
    for philosopher in philosophers:
        philosopher.start()
    for philosopher in philosophers:
        philosopher.join()
