"""A global list appended to by a child stays empty in the parent."""

from multiprocessing import Process, Queue

results = []


def work(queue, number):
    results.append(number * number)
    queue.put(list(results))


if __name__ == "__main__":
    queue = Queue()
    for number in (2, 3):
        process = Process(target=work, args=(queue, number))
        process.start()
        seen = queue.get()
        process.join()
        print("child ", seen)
    print("parent", results)
