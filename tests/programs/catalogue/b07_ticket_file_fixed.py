"""The twin of b07: one Lock from opening the file to closing it."""

from multiprocessing import Lock, Process


def buy(lock):
    with lock, open("tickets.txt", "r+") as file:
        left = int(file.read())
        if left > 0:
            file.seek(0)
            file.write(str(left - 1))
            file.truncate()


if __name__ == "__main__":
    with open("tickets.txt", "w") as file:
        file.write("2")
    lock = Lock()
    customers = [Process(target=buy, args=(lock,)) for _ in range(2)]
    for customer in customers:
        customer.start()
    for customer in customers:
        customer.join()
    with open("tickets.txt") as file:
        print("tickets left:", file.read())
