"""A child puts its message and signals; only then does the parent put its own.

What put() hands over is written to the pipe later, by a thread in each process: the parent's
message can come out first although it was put after the child's.
"""

from multiprocessing import Event, Process, Queue


def begin(messages, begun):
    messages.put("first")
    begun.set()


if __name__ == "__main__":
    messages = Queue()
    begun = Event()
    child = Process(target=begin, args=(messages, begun))
    child.start()
    begun.wait()
    messages.put("second")
    received = [messages.get(), messages.get()]
    child.join()
    assert received == ["first", "second"], received
