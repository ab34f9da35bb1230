"""Who starts first depends on the order of a set of strings: another in every interpreter."""

from multiprocessing import Manager, Process


def sign(book, name):
    book.append(name)


if __name__ == "__main__":
    with Manager() as manager:
        book = manager.list()
        for name in {"ann", "bob", "cid", "dee", "eve", "fay", "gus", "hal"}:
            guest = Process(target=sign, args=(book, name))
            guest.start()
            guest.join()
        print(*book)
