"""Two processes send pictures over one Connection without a lock.

A big message is written in two steps, its length and its bytes. When the other process writes
in between, the receiver takes the wrong bytes for a message.
"""

from multiprocessing import Pipe, Process

SIZE = 20_000


def send(connection, colour):
    connection.send_bytes(colour * SIZE)


if __name__ == "__main__":
    receiver, sender = Pipe(duplex=False)
    cameras = [Process(target=send, args=(sender, colour)) for colour in (b"r", b"g")]
    for camera in cameras:
        camera.start()
    for _ in cameras:
        picture = receiver.recv_bytes()
        assert picture in (b"r" * SIZE, b"g" * SIZE), "a broken picture"
    for camera in cameras:
        camera.join()
