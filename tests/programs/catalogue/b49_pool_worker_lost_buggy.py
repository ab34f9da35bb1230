"""A task leaves by sys.exit(), which ends the pool's worker instead of the task.

The pool starts another worker, but nobody does the lost task again or says that it is lost:
map() never returns.
"""

import sys
from multiprocessing import Pool


def check(number):
    if number < 0:
        print("negative number")
        sys.exit()
    return number


if __name__ == "__main__":
    with Pool(1) as pool:
        print(pool.map(check, [-1]))
