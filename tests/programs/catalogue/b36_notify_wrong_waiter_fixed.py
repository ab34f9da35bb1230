"""The twin of b36: notify_all(), and each waiter sees for itself whether it was meant."""

from multiprocessing import Condition, Process, Value

PLACES = 1


def put(changed, taken):
    with changed:
        while taken.value == PLACES:
            changed.wait()
        taken.value += 1
        changed.notify_all()


def take(changed, taken):
    with changed:
        while taken.value == 0:
            changed.wait()
        taken.value -= 1
        changed.notify_all()


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
