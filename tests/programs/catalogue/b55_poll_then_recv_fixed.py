"""The twin of b55: a Lock around asking and receiving."""

from multiprocessing import Lock, Pipe, Process


def read(connection, lock):
    with lock:
        if connection.poll():
            print(connection.recv())


if __name__ == "__main__":
    receiver, sender = Pipe(duplex=False)
    lock = Lock()
    sender.send("message")
    readers = [Process(target=read, args=(receiver, lock)) for _ in range(2)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
