"""A child spins for ever without touching anything shared; its parent waits for it."""

from multiprocessing import Process


def spin():
    number = 0
    while True:
        number = (number + 1) % 1000


if __name__ == "__main__":
    process = Process(target=spin)
    process.start()
    process.join()
