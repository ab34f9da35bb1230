"""The twin of b32: messages carry their number, and the receiver puts them in order."""

from multiprocessing import Event, Process, Queue


def begin(messages, begun):
    messages.put((1, "first"))
    begun.set()


if __name__ == "__main__":
    messages = Queue()
    begun = Event()
    child = Process(target=begin, args=(messages, begun))
    child.start()
    begun.wait()
    messages.put((2, "second"))
    received = [text for _, text in sorted([messages.get(), messages.get()])]
    child.join()
    assert received == ["first", "second"], received
