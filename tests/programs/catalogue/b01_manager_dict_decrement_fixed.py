"""The twin of b01: one Lock, passed to both processes, covers the read and the write."""

from multiprocessing import Lock, Manager, Process


def take_one(data, lock):
    with lock:
        num = data["num"]
        data["num"] = num - 1


if __name__ == "__main__":
    lock = Lock()
    with Manager() as manager:
        data = manager.dict(num=2)
        processes = [Process(target=take_one, args=(data, lock)) for _ in range(2)]
        for process in processes:
            process.start()
        for process in processes:
            process.join()
        print("num =", data["num"])
