"""The twin of b27: one of the two listens first."""

from multiprocessing import Process, Queue


def talk(outgoing, incoming):
    for message in ("hello", "bye"):
        outgoing.put(message)
    for _ in range(2):
        print(incoming.get())


def answer(outgoing, incoming):
    for _ in range(2):
        print(incoming.get())
    for message in ("hello", "bye"):
        outgoing.put(message)


if __name__ == "__main__":
    there = Queue(1)
    back = Queue(1)
    ann = Process(target=talk, args=(there, back))
    bob = Process(target=answer, args=(back, there))
    ann.start()
    bob.start()
    ann.join()
    bob.join()
