"""Two processes take one off a number in a managed dict without a lock.

Reading and writing are two calls to the manager. When both processes read before either
writes, both write the same number and one of the two steps is lost.
"""

from multiprocessing import Manager, Process


def take_one(data):
    num = data["num"]
    data["num"] = num - 1


if __name__ == "__main__":
    with Manager() as manager:
        data = manager.dict(num=2)
        processes = [Process(target=take_one, args=(data,)) for _ in range(2)]
        for process in processes:
            process.start()
        for process in processes:
            process.join()
        print("num =", data["num"])
