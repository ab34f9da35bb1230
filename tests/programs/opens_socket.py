"""Opens a socket: something outside the program, whose timing nobody can replay."""

import socket
from multiprocessing import Process


def listen():
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        print("listening")


if __name__ == "__main__":
    process = Process(target=listen)
    process.start()
    process.join()
