"""The twin of b03: the auditor adds up under the lock that the transfer takes."""

from multiprocessing import Array, Lock, Process, Value


def transfer(accounts, lock, amount):
    with lock:
        accounts[0] -= amount
        accounts[1] += amount


def audit(accounts, lock, total):
    with lock:
        total.value = accounts[0] + accounts[1]


if __name__ == "__main__":
    accounts = Array("i", [100, 0])
    total = Value("i", 0)
    lock = Lock()
    teller = Process(target=transfer, args=(accounts, lock, 30))
    auditor = Process(target=audit, args=(accounts, lock, total))
    teller.start()
    auditor.start()
    teller.join()
    auditor.join()
    assert total.value == 100, f"the auditor counted {total.value}"
