"""One process acquires the same Lock twice and waits for itself for ever."""

from multiprocessing import Lock

if __name__ == "__main__":
    lock = Lock()
    lock.acquire()
    print("acquired once")
    lock.acquire()
    print("acquired twice")
    lock.release()
    lock.release()
