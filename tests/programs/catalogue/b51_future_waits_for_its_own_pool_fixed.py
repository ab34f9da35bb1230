"""The twin of b51: the parent waits for the first task and then submits the second."""

from concurrent.futures import ProcessPoolExecutor


def double(number):
    return 2 * number


def add_one(number):
    return number + 1


if __name__ == "__main__":
    with ProcessPoolExecutor(max_workers=1) as executor:
        doubled = executor.submit(double, 20).result()
        print(executor.submit(add_one, doubled).result())
