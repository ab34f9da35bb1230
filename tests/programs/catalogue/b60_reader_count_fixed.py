"""The twin of b60: a Lock of its own protects the number of readers and what follows from it."""

from multiprocessing import Lock, Process, Value


def read(counting, readers, writing, data):
    with counting:
        readers.value += 1
        if readers.value == 1:
            writing.acquire()
    print(data.value)
    with counting:
        readers.value -= 1
        if readers.value == 0:
            writing.release()


def write(writing, data):
    with writing:
        data.value = 1


if __name__ == "__main__":
    counting = Lock()
    readers = Value("i", 0)
    writing = Lock()
    data = Value("i", 0)
    processes = [
        Process(target=read, args=(counting, readers, writing, data)),
        Process(target=read, args=(counting, readers, writing, data)),
        Process(target=write, args=(writing, data)),
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
