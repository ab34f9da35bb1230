"""Two transfers in opposite directions each lock the account they take from first.

When each has its first lock, each waits for the other's, for ever.
"""

from multiprocessing import Lock, Process


def transfer(name, source, target):
    with source, target:
        print(name)


if __name__ == "__main__":
    checking = Lock()
    savings = Lock()
    there = Process(target=transfer, args=("there", checking, savings))
    back = Process(target=transfer, args=("back", savings, checking))
    there.start()
    back.start()
    there.join()
    back.join()
