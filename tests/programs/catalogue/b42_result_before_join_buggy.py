"""The parent reads the result right after starting the process that works it out.

start() does not wait: the parent reads what was there before.
"""

from multiprocessing import Process, Value


def work(result):
    result.value = 6 * 7


if __name__ == "__main__":
    result = Value("i", 0)
    worker = Process(target=work, args=(result,))
    worker.start()
    answer = result.value
    worker.join()
    assert answer == 42, f"the answer is {answer}"
