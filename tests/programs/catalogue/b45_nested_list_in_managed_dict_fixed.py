"""The twin of b45: the changed copy is put back."""

from multiprocessing import Manager, Process


def shop(baskets):
    basket = baskets["ann"]
    basket.append("apple")
    baskets["ann"] = basket


if __name__ == "__main__":
    with Manager() as manager:
        baskets = manager.dict(ann=[])
        shopper = Process(target=shop, args=(baskets,))
        shopper.start()
        shopper.join()
        assert baskets["ann"] == ["apple"], baskets["ann"]
