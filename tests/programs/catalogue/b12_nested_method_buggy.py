"""A method takes the account's lock and calls another method that takes it too.

Each of the two is right by itself; together they wait for themselves.
"""

from multiprocessing import Lock, Process, Value


class Account:
    def __init__(self, balance):
        self.lock = Lock()
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
