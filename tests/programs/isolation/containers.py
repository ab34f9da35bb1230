"""Containers of the standard library, held as globals, are copied with kind and content."""

from collections import Counter, OrderedDict, defaultdict, deque
from multiprocessing import Process, SimpleQueue

queue_of_jobs = deque(["a", "b"], maxlen=3)
groups = defaultdict(list)
tally = Counter("abca")
order = OrderedDict(first=1)
raw = bytearray(b"abc")
view = {"list": [1, [2, 3]], "tuple": ([4],)}


def work(results):
    queue_of_jobs.append("c")
    queue_of_jobs.append("d")
    groups["new"].append(1)
    tally.update("aa")
    order["second"] = 2
    order.move_to_end("first")
    raw.extend(b"d")
    view["list"][1].append("deep")
    view["tuple"][0].append("deeper")
    results.put(state())


def state():
    return (list(queue_of_jobs), dict(groups), tally["a"], list(order), bytes(raw), view)


if __name__ == "__main__":
    results = SimpleQueue()
    process = Process(target=work, args=(results,))
    process.start()
    process.join()
    print("child ", *results.get())
    print("parent", *state())
