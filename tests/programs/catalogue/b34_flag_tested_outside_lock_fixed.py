"""The twin of b34: the flag is looked at under the lock, which wait() gives up in one step."""

from multiprocessing import Condition, Process, Value


def load(condition, loaded):
    with condition:
        loaded.value = True
        condition.notify()


if __name__ == "__main__":
    condition = Condition()
    loaded = Value("b", False)
    loader = Process(target=load, args=(condition, loaded))
    loader.start()
    with condition:
        while not loaded.value:
            condition.wait()
    print("loaded")
    loader.join()
