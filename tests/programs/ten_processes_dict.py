"""Ten processes each take one off a number in a managed dict, with no lock: some are lost."""

from multiprocessing import Manager, Process


def take_one(data):
    num = data["num"]
    data["num"] = num - 1


if __name__ == "__main__":
    with Manager() as manager:
        data = manager.dict(num=10)
        processes = [Process(target=take_one, args=(data,)) for _ in range(10)]
        for process in processes:
            process.start()
        for process in processes:
            process.join()
        print("num =", data["num"])
