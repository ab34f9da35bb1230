"""The twin of b33: a flag remembers, and is read and set under the condition's lock."""

from multiprocessing import Condition, Process, Value


def work(ready, flag):
    with ready:
        while not flag.value:
            ready.wait()
    print("working")


if __name__ == "__main__":
    ready = Condition()
    flag = Value("b", False)
    worker = Process(target=work, args=(ready, flag))
    worker.start()
    with ready:
        flag.value = True
        ready.notify()
    worker.join()
