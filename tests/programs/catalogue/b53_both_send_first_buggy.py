"""Parent and child send each other something big over a pipe, and both send before they receive.

Neither message fits into the pipe's buffer: each waits in send() until the other receives.
"""

from multiprocessing import Pipe, Process

PICTURE = bytes(500_000)


def exchange(connection):
    connection.send(PICTURE)
    print(len(connection.recv()), "bytes")


if __name__ == "__main__":
    here, there = Pipe()
    child = Process(target=exchange, args=(there,))
    child.start()
    exchange(here)
    child.join()
