"""An item is put on a queue and taken off again at once, by one and the same process.

put() only hands the item to a thread that writes it to the pipe some time later: get_nowait()
finds nothing there and raises Empty.
"""

from multiprocessing import Queue

if __name__ == "__main__":
    queue = Queue()
    queue.put("item")
    print(queue.get_nowait())
