"""The twin of b42: first join(), then read."""

from multiprocessing import Process, Value


def work(result):
    result.value = 6 * 7


if __name__ == "__main__":
    result = Value("i", 0)
    worker = Process(target=work, args=(result,))
    worker.start()
    worker.join()
    answer = result.value
    assert answer == 42, f"the answer is {answer}"
