"""Two readers share a connection; each receives if poll() says that something is there.

Both can see the same message; one of them gets it and the other waits in recv() for ever.
"""

from multiprocessing import Pipe, Process


def read(connection):
    if connection.poll():
        print(connection.recv())


if __name__ == "__main__":
    receiver, sender = Pipe(duplex=False)
    sender.send("message")
    readers = [Process(target=read, args=(receiver,)) for _ in range(2)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
