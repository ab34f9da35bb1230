"""The twin of b54: a Lock around sending."""

from multiprocessing import Lock, Pipe, Process

SIZE = 20_000


def send(connection, lock, colour):
    with lock:
        connection.send_bytes(colour * SIZE)


if __name__ == "__main__":
    receiver, sender = Pipe(duplex=False)
    lock = Lock()
    cameras = [Process(target=send, args=(sender, lock, colour)) for colour in (b"r", b"g")]
    for camera in cameras:
        camera.start()
    for _ in cameras:
        picture = receiver.recv_bytes()
        assert picture in (b"r" * SIZE, b"g" * SIZE), "a broken picture"
    for camera in cameras:
        camera.join()
