"""The twin of b14: all take the fork with the smaller number first."""

from multiprocessing import Lock, Process


def dine(name, first, second):
    with first, second:
        print(name, "eats")


if __name__ == "__main__":
    forks = [Lock() for _ in range(3)]
    philosophers = [
        Process(target=dine, args=("philosopher 0", forks[0], forks[1])),
        Process(target=dine, args=("philosopher 1", forks[1], forks[2])),
        Process(target=dine, args=("philosopher 2", forks[0], forks[2])),
    ]
    for philosopher in philosophers:
        philosopher.start()
    for philosopher in philosophers:
        philosopher.join()
