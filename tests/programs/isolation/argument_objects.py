"""Objects handed over as args and kwargs, changed in the child, stay as they were in the parent."""

from dataclasses import dataclass, field
from multiprocessing import Process, SimpleQueue


@dataclass
class Basket:
    owner: str
    items: list = field(default_factory=list)


def shop(queue, basket, *more, prices, discount=0):
    basket.items.append("apple")
    basket.owner = "child"
    more[0].add("bag")
    prices["apple"] -= discount
    queue.put((basket, sorted(more[0]), prices))


if __name__ == "__main__":
    queue = SimpleQueue()
    basket = Basket("parent")
    extras = {"stamp"}
    prices = {"apple": 10}
    process = Process(
        target=shop, args=(queue, basket, extras), kwargs={"prices": prices, "discount": 3}
    )
    process.start()
    process.join()
    print("child ", queue.get())
    print("parent", (basket, sorted(extras), prices))
