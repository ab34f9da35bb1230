"""What run() of a Process subclass stores on self is seen by the child only."""

import multiprocessing


class Squarer(multiprocessing.Process):
    def __init__(self, number, connection):
        super().__init__(name=f"squarer-{number}")
        self.number = number
        self.connection = connection
        self.result = None

    def run(self):
        self.result = self.number * self.number
        self.connection.send((self.name, self.result))
        self.connection.close()


if __name__ == "__main__":
    for number in (3, 4):
        receiver, sender = multiprocessing.Pipe(duplex=False)
        squarer = Squarer(number, sender)
        squarer.start()
        squarer.join()
        print("child ", receiver.recv())
        print("parent", (squarer.name, squarer.result, squarer.exitcode))
