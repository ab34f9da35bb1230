"""The twin of b23: get() waits until the item has come through."""

from multiprocessing import Queue

if __name__ == "__main__":
    queue = Queue()
    queue.put("item")
    print(queue.get())
