"""A task in a pool of one worker submits another task to that pool and waits for its result.

The only worker is busy waiting: the inner task is never done, so the outer one never is either.
"""

from concurrent.futures import ProcessPoolExecutor


def double(number):
    return 2 * number


def double_and_add_one(number):
    return executor.submit(double, number).result() + 1


if __name__ == "__main__":
    with ProcessPoolExecutor(max_workers=1) as executor:
        print(executor.submit(double_and_add_one, 20).result())
