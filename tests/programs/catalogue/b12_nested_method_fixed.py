"""The twin of b12: the account's lock is an RLock."""

from multiprocessing import Process, RLock, Value


class Account:
    def __init__(self, balance):
        self.lock = RLock()
        self.balance = Value("i", balance)

    def withdraw(self, amount):
        with self.lock:
            self.balance.value -= amount

    def close(self):
        with self.lock:
            self.withdraw(self.balance.value)


if __name__ == "__main__":
    account = Account(100)
    clerk = Process(target=account.close)
    clerk.start()
    clerk.join()
    print("balance", account.balance.value)
