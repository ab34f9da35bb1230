"""A daemon child wants to sleep 50 s; its parent ends after 3 s and takes the child with it."""

import time
from multiprocessing import Process


def slow():
    print("child: starts", flush=True)
    time.sleep(50)
    print("child: never gets here", flush=True)


if __name__ == "__main__":
    child = Process(target=slow, daemon=True)
    child.start()
    time.sleep(3)
    print("parent: ends")
