"""The main process spins for ever before it has started anything."""

from multiprocessing import Process


def greet():
    print("hello")


if __name__ == "__main__":
    number = 0
    while number < 10:
        number = (number + 1) % 10
    process = Process(target=greet)
    process.start()
    process.join()
