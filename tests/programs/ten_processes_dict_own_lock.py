"""Ten processes each take one off a number under a Lock of their own: it keeps nobody out."""

from multiprocessing import Lock, Manager, Process


def take_one(data):
    lock = Lock()
    lock.acquire()
    num = data["num"]
    data["num"] = num - 1
    lock.release()


if __name__ == "__main__":
    with Manager() as manager:
        data = manager.dict(num=10)
        processes = [Process(target=take_one, args=(data,)) for _ in range(10)]
        for process in processes:
            process.start()
        for process in processes:
            process.join()
        print("num =", data["num"])
