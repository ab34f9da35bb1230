"""The twin of b49: an exception ends the task and not the worker, and map() passes it on."""

from multiprocessing import Pool


def check(number):
    if number < 0:
        raise ValueError("negative number")
    return number


if __name__ == "__main__":
    with Pool(1) as pool:
        try:
            print(pool.map(check, [-1]))
        except ValueError as error:
            print(error)
