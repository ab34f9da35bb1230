"""A bound method as the target works on the child's copy of its object."""

from multiprocessing import Process, SimpleQueue


class Account:
    def __init__(self, balance):
        self.balance = balance
        self.log = []

    def deposit(self, queue, amount):
        self.balance += amount
        self.log.append(amount)
        queue.put((self.balance, self.log))


if __name__ == "__main__":
    queue = SimpleQueue()
    account = Account(100)
    process = Process(target=account.deposit, args=(queue, 50))
    process.start()
    process.join()
    print("child ", queue.get())
    print("parent", (account.balance, account.log))
