"""A global rebound by `global` in a child keeps its value in the parent and in the next child."""

import multiprocessing as mp

counter = 10


def count(connection):
    global counter
    counter += 1
    connection.send(counter)


if __name__ == "__main__":
    reader, writer = mp.Pipe(duplex=False)
    first = mp.Process(target=count, args=(writer,))
    first.start()
    first.join()
    counter += 100
    second = mp.Process(target=count, args=(writer,))
    second.start()
    second.join()
    print("first child ", reader.recv())
    print("second child", reader.recv())
    print("parent      ", counter)
