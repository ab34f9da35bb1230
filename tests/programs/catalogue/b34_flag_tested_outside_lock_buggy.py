"""The parent looks at a flag without the condition's lock, and waits if it is not set.

Between looking and waiting the child can set the flag and notify: nobody hears it, and the
parent waits for ever.
"""

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
    if not loaded.value:
        with condition:
            condition.wait()
    print("loaded")
    loader.join()
