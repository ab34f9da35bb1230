"""The twin of b04: one datum, one lock."""

from multiprocessing import Lock, Process, Value


def add(total, lock, amount):
    with lock:
        total.value += amount


if __name__ == "__main__":
    total = Value("i", 0)
    total_lock = Lock()
    income = Process(target=add, args=(total, total_lock, 10))
    refund = Process(target=add, args=(total, total_lock, -3))
    income.start()
    refund.start()
    income.join()
    refund.join()
    print("total", total.value)
