"""Those who wait for an item and those who wait for a free place share a Condition and notify().

The one notification that a change gives can go to a waiter of the wrong kind, who goes back to
sleep: the one it was meant for waits for ever.
"""

from multiprocessing import Condition, Process, Value

PLACES = 1


def put(changed, taken):
    with changed:
        while taken.value == PLACES:
            changed.wait()
        taken.value += 1
        changed.notify()


def take(changed, taken):
    with changed:
        while taken.value == 0:
            changed.wait()
        taken.value -= 1
        changed.notify()


def produce(changed, taken):
    put(changed, taken)
    put(changed, taken)


if __name__ == "__main__":
    changed = Condition()
    taken = Value("i", 0)
    processes = [Process(target=step, args=(changed, taken)) for step in (take, take, produce)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
