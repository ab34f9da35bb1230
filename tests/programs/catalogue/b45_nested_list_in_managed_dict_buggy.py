"""A child appends to a list inside a managed dict.

Reading the entry gives a copy of the list. The child appends to that copy, and the manager
never hears of it.
"""

from multiprocessing import Manager, Process


def shop(baskets):
    baskets["ann"].append("apple")


if __name__ == "__main__":
    with Manager() as manager:
        baskets = manager.dict(ann=[])
        shopper = Process(target=shop, args=(baskets,))
        shopper.start()
        shopper.join()
        assert baskets["ann"] == ["apple"], baskets["ann"]
