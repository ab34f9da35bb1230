"""Asks its user a question, which nobody can answer while interleavings are being searched."""

from multiprocessing import Process


def greet(name):
    print("hello", name)


if __name__ == "__main__":
    name = input("Your name? ")
    process = Process(target=greet, args=(name,))
    process.start()
    process.join()
