"""Many may read at once, one may write: the first reader locks the writer out, the last lets it in.

The number of readers itself is not protected. When two readers count themselves in or out at
once, one count is lost, nobody is the last one, and the lock is never released.
"""

from multiprocessing import Lock, Process, Value


def read(readers, writing, data):
    count = readers.value + 1
    readers.value = count
    if count == 1:
        writing.acquire()
    print(data.value)
    count = readers.value - 1
    readers.value = count
    if count == 0:
        writing.release()


def write(writing, data):
    with writing:
        data.value = 1


if __name__ == "__main__":
    readers = Value("i", 0)
    writing = Lock()
    data = Value("i", 0)
    processes = [
        Process(target=read, args=(readers, writing, data)),
        Process(target=read, args=(readers, writing, data)),
        Process(target=write, args=(writing, data)),
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
