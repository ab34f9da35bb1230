"""Two customers each buy a ticket; how many are left stands in a file.

Both can read the same number before either writes it back: two tickets are sold and the file
says that one of them is still there.
"""

from multiprocessing import Process


def buy():
    with open("tickets.txt", "r+") as file:
        left = int(file.read())
        if left > 0:
            file.seek(0)
            file.write(str(left - 1))
            file.truncate()


if __name__ == "__main__":
    with open("tickets.txt", "w") as file:
        file.write("2")
    customers = [Process(target=buy) for _ in range(2)]
    for customer in customers:
        customer.start()
    for customer in customers:
        customer.join()
    with open("tickets.txt") as file:
        print("tickets left:", file.read())
