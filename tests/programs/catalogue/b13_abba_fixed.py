"""The twin of b13: both lock the checking account first, whichever way the money goes."""

from multiprocessing import Lock, Process


def transfer(name, checking, savings):
    with checking, savings:
        print(name)


if __name__ == "__main__":
    checking = Lock()
    savings = Lock()
    there = Process(target=transfer, args=("there", checking, savings))
    back = Process(target=transfer, args=("back", checking, savings))
    there.start()
    back.start()
    there.join()
    back.join()
