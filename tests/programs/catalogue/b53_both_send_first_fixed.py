"""The twin of b53: the parent receives first and then sends."""

from multiprocessing import Pipe, Process

PICTURE = bytes(500_000)


def exchange(connection):
    connection.send(PICTURE)
    print(len(connection.recv()), "bytes")


if __name__ == "__main__":
    here, there = Pipe()
    child = Process(target=exchange, args=(there,))
    child.start()
    print(len(here.recv()), "bytes")
    here.send(PICTURE)
    child.join()
