"""sys.exit in a child ends that child alone; what it had changed goes with it."""

import sys
from multiprocessing import Process

steps = []


def leave(code):
    steps.append(code)
    try:
        sys.exit(code)
    finally:
        steps.append("finally")


def work():
    steps.append("work")


if __name__ == "__main__":
    for code in (None, 0, 3, True, 256):
        process = Process(target=leave, args=(code,))
        process.start()
        process.join()
        print(code, process.exitcode, steps)
    process = Process(target=work)
    process.start()
    process.join()
    print("end", process.exitcode, process.is_alive(), steps)
