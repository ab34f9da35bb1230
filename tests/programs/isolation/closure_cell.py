"""A nested function rebinds a variable of the function around it: each process has its own cell."""

from multiprocessing import Process, SimpleQueue


def main():
    queue = SimpleQueue()
    total = 0
    history = []

    def add(number):
        nonlocal total
        total += number
        history.append(number)
        queue.put((total, list(history)))

    add(1)
    print("parent", queue.get())
    children = [Process(target=add, args=(number,)) for number in (10, 20)]
    for child in children:
        child.start()
        seen = queue.get()
        child.join()
        print("child ", seen)
    add(2)
    print("parent", queue.get())


if __name__ == "__main__":
    main()
