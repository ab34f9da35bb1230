"""Names imported by `from … import` long before they are used, in parent and child."""

from multiprocessing import Event, Lock, Process, Queue, Value, current_process
from time import monotonic, sleep

lock = Lock()
started = Event()
total = Value("i", 0)
notes = []


def work(queue, number, pause=sleep):
    started.wait()
    before = monotonic()
    pause(0.05)
    with lock:
        notes.append(number)
        total.value += number
    queue.put((number, current_process().name, notes, monotonic() - before >= 0.05))


if __name__ == "__main__":
    queue = Queue()
    processes = [Process(target=work, args=(queue, n), name=f"worker-{n}") for n in (1, 2)]
    for process in processes:
        process.start()
    started.set()
    seen = sorted(queue.get() for _ in processes)
    for process in processes:
        process.join()
    for line in seen:
        print(line)
    print("parent", total.value, notes)
