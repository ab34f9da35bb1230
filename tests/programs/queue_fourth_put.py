"""A queue with room for three is given a fourth item, and nobody ever takes one out."""

from multiprocessing import Queue

if __name__ == "__main__":
    queue = Queue(3)
    for number in range(1, 5):
        queue.put(number)
        print("put", number, flush=True)
