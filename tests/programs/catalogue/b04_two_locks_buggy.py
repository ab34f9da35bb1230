"""Two processes add to one total, each under a lock, but not under the same one.

A lock keeps out only those who ask for that very lock: both can be between reading and
writing at once, and one addition is lost.
"""

from multiprocessing import Lock, Process, Value


def add(total, lock, amount):
    with lock:
        total.value += amount


if __name__ == "__main__":
    total = Value("i", 0)
    income_lock = Lock()
    refund_lock = Lock()
    income = Process(target=add, args=(total, income_lock, 10))
    refund = Process(target=add, args=(total, refund_lock, -3))
    income.start()
    refund.start()
    income.join()
    refund.join()
    print("total", total.value)
