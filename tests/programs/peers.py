"""Programs on which other explorers of Python give a false pass, a false alarm, or no answer.

Each function is a program of its own.
"""

import multiprocessing
import threading
import queue
from multiprocessing import Lock, Manager, Process, Value
from multiprocessing.pool import ThreadPool
from multiprocessing.shared_memory import SharedMemory
from pathlib import Path


def run_all(*workers):
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


def add(counter, lock=None, times=1):
    for _ in range(times):
        if lock is None:
            counter.value += 1
        else:
            with lock:
                counter.value += 1


# Who takes the lock first


def write_under(lock, cell, number):
    with lock:
        cell.value = number


def last_writer_wins():
    lock, cell = Lock(), Value("i", 0, lock=False)
    run_all(*(Process(target=write_under, args=(lock, cell, number)) for number in (1, 2)))
    print(cell.value)


def last_thread_wins():
    lock, cell = threading.Lock(), Value("i", 0, lock=False)
    run_all(*(threading.Thread(target=write_under, args=(lock, cell, number)) for number in (1, 2)))
    print(cell.value)


# Queues between threads, threads of workers


def queue_between_threads():
    numbers = queue.Queue()
    run_all(*(threading.Thread(target=numbers.put, args=(number,)) for number in (1, 2)))
    print(numbers.get(), numbers.get())


def bounded_queue_between_threads():
    numbers, found = queue.Queue(1), []

    def consume():
        found.append(numbers.get() + numbers.get())

    run_all(
        threading.Thread(target=numbers.put, args=(1,)),
        threading.Thread(target=numbers.put, args=(2,)),
        threading.Thread(target=consume),
    )
    assert found == [3]


def add_in_threads(counter):
    run_all(*(threading.Thread(target=add, args=(counter,)) for _ in range(2)))


def threads_of_a_process():
    counter = Value("i", 0, lock=False)
    run_all(Process(target=add_in_threads, args=(counter,)))
    assert counter.value == 2


def threads_of_a_thread():
    counter = Value("i", 0, lock=False)
    run_all(threading.Thread(target=add_in_threads, args=(counter,)))
    assert counter.value == 2


# Correct programs, written in other ways


class Adder(Process):
    def __init__(self, counter, lock):
        super().__init__()
        self.counter = counter
        self.lock = lock

    def run(self):
        add(self.counter, self.lock)


class AddingThread(threading.Thread):
    def __init__(self, counter, lock):
        super().__init__()
        self.counter = counter
        self.lock = lock

    def run(self):
        add(self.counter, self.lock)


def process_subclass():
    lock, counter = Lock(), Value("i", 0, lock=False)
    run_all(Adder(counter, lock), Adder(counter, lock))
    assert counter.value == 2


def thread_subclass():
    lock, counter = threading.Lock(), Value("i", 0, lock=False)
    run_all(AddingThread(counter, lock), AddingThread(counter, lock))
    assert counter.value == 2


def thread_pool():
    lock, counter = threading.Lock(), Value("i", 0, lock=False)
    with ThreadPool(2) as pool:
        pool.map(lambda _: add(counter, lock), range(2), 1)
    assert counter.value == 2


def timer():
    lock, counter = threading.Lock(), Value("i", 0, lock=False)
    run_all(threading.Timer(0.1, add, (counter, lock)), threading.Timer(0.2, add, (counter, lock)))
    assert counter.value == 2


def timer_without_lock():
    counter = Value("i", 0, lock=False)
    run_all(threading.Timer(0.1, add, (counter,)), threading.Timer(0.2, add, (counter,)))
    assert counter.value == 2


# Timeouts


def hold(lock, taken, leave):
    with lock:
        taken.set()
        leave.wait()


def timeout_of_a_lock():
    lock, taken, leave = Lock(), multiprocessing.Event(), multiprocessing.Event()
    holder = Process(target=hold, args=(lock, taken, leave))
    holder.start()
    taken.wait()
    leave.set()
    print(lock.acquire(timeout=10))
    holder.join()


def answer(numbers):
    numbers.put(1)


def timeout_of_a_queue():
    numbers = multiprocessing.Queue()
    worker = Process(target=answer, args=(numbers,))
    worker.start()
    try:
        print(numbers.get(timeout=10))
    except queue.Empty:
        print("too late")
    worker.join()


# State that is shared through the system


def add_in_file(path, lock):
    with lock, path.open("r+") as file:
        number = int(file.read())
        file.seek(0)
        file.write(str(number + 1))


def count_in_file(*locks):
    path = Path("race-explorer-counter.txt")
    path.write_text("0")
    run_all(*(Process(target=add_in_file, args=(path, lock)) for lock in locks))
    assert path.read_text() == "2"


def file_counter():
    count_in_file(Lock(), Lock())


def locked_file_counter():
    count_in_file(*[Lock()] * 2)


def add_in_memory(name, lock):
    memory = SharedMemory(name)
    with lock:
        memory.buf[0] += 1
    memory.close()


def count_in_memory(*locks):
    memory = SharedMemory(create=True, size=1)
    memory.buf[0] = 0
    run_all(*(Process(target=add_in_memory, args=(memory.name, lock)) for lock in locks))
    assert memory.buf[0] == 2
    memory.close()
    memory.unlink()


def memory_counter():
    count_in_memory(Lock(), Lock())


def locked_memory_counter():
    count_in_memory(*[Lock()] * 2)


def take_both(first, second):
    with first, second:
        pass


def crossing_locks():
    first, second = Lock(), Lock()
    run_all(
        Process(target=take_both, args=(first, second)),
        Process(target=take_both, args=(second, first)),
    )


def value_counter():
    counter = Value("i", 0)
    run_all(*(Process(target=add, args=(counter,)) for _ in range(2)))
    assert counter.value == 2


def locked_value_counter():
    lock, counter = Lock(), Value("i", 0)
    run_all(*(Process(target=add, args=(counter, lock)) for _ in range(2)))
    assert counter.value == 2


def add_in_dict(numbers, lock):
    with lock:
        numbers["n"] += 1


def count_in_dict(*locks):
    with Manager() as manager:
        numbers = manager.dict(n=0)
        run_all(*(Process(target=add_in_dict, args=(numbers, lock)) for lock in locks))
        assert numbers["n"] == 2


def dict_counter():
    count_in_dict(Lock(), Lock())


def locked_dict_counter():
    count_in_dict(*[Lock()] * 2)


def four_under_a_lock():
    lock, counter = Lock(), Value("i", 0, lock=False)
    run_all(*(Process(target=add, args=(counter, lock)) for _ in range(4)))
    assert counter.value == 4


def three_times_three():
    counter = Value("i", 0, lock=False)
    run_all(*(Process(target=add, args=(counter, None, 3)) for _ in range(3)))
    assert counter.value == 9
