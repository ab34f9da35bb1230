"""Two processes send each other two messages over bounded queues, and both put before they get.

There is room for one message each way: both wait in their second put() until the other one
takes something, which it would do after its own.
"""

from multiprocessing import Process, Queue


def talk(outgoing, incoming):
    for message in ("hello", "bye"):
        outgoing.put(message)
    for _ in range(2):
        print(incoming.get())


if __name__ == "__main__":
    there = Queue(1)
    back = Queue(1)
    ann = Process(target=talk, args=(there, back))
    bob = Process(target=talk, args=(back, there))
    ann.start()
    bob.start()
    ann.join()
    bob.join()
