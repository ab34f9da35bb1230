"""Money goes from one account to another under a lock, but the auditor adds up without it.

An audit in the middle of the transfer, or a transfer in the middle of the audit, makes money
appear or disappear.
"""

from multiprocessing import Array, Lock, Process, Value


def transfer(accounts, lock, amount):
    with lock:
        accounts[0] -= amount
        accounts[1] += amount


def audit(accounts, total):
    total.value = accounts[0] + accounts[1]


if __name__ == "__main__":
    accounts = Array("i", [100, 0])
    total = Value("i", 0)
    lock = Lock()
    teller = Process(target=transfer, args=(accounts, lock, 30))
    auditor = Process(target=audit, args=(accounts, total))
    teller.start()
    auditor.start()
    teller.join()
    auditor.join()
    assert total.value == 100, f"the auditor counted {total.value}"
