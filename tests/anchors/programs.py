"""The programs whose numbers of traces are known, each for a main process."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any


def run_all(mp: Any, targets: Sequence[Callable[[], None]]) -> None:
    processes = [mp.Process(target=target) for target in targets]
    for process in processes:
        process.start()
    for process in processes:
        process.join()


def cell(mp: Any) -> Any:
    return mp.Value("i", 0, lock=False)


def lost_update(mp: Any, processes: int, times: int = 1) -> None:
    x = cell(mp)

    def add() -> None:
        for _ in range(times):
            x.value += 1

    run_all(mp, [add] * processes)


def locked(mp: Any, processes: int, times: int = 1) -> None:
    x, lock = cell(mp), mp.Lock()

    def add() -> None:
        for _ in range(times):
            with lock:
                x.value += 1

    run_all(mp, [add] * processes)


def readers(mp: Any, number: int) -> None:
    writer_and_readers(mp, 1, number)


def writer_and_readers(mp: Any, writes: int, number: int) -> None:
    x = cell(mp)

    def write() -> None:
        for value in range(writes):
            x.value = 42 + value

    run_all(mp, [write] + [lambda: x.value] * number)


def single_writers(mp: Any, number: int) -> None:
    x = cell(mp)
    run_all(mp, [lambda: setattr(x, "value", 1)] * number)


def last_zero(mp: Any, number: int) -> None:
    cells = mp.Array("i", number + 1, lock=False)

    def search() -> None:
        place = number
        while cells[place] != 0 and place > 0:
            place -= 1

    def write(place: int) -> None:
        value = cells[place - 1]
        cells[place] = value + 1

    run_all(mp, [search] + [lambda place=place: write(place) for place in range(1, number + 1)])


INODES, BLOCKS = 32, 26


def filesystem(mp: Any, number: int) -> None:
    inode = mp.Array("i", INODES, lock=False)
    busy = mp.Array("i", BLOCKS, lock=False)
    inode_locks = [mp.Lock() for _ in range(INODES)]
    block_locks = [mp.Lock() for _ in range(BLOCKS)]

    def allocate(mine: int) -> None:
        block = 2 * mine % BLOCKS
        while True:
            with block_locks[block]:
                if not busy[block]:
                    busy[block] = 1
                    inode[mine] = block + 1
                    return
            block = (block + 1) % BLOCKS

    def work(mine: int) -> None:
        with inode_locks[mine]:
            if inode[mine] == 0:
                allocate(mine)

    run_all(mp, [lambda mine=mine: work(mine) for mine in range(number)])


def store_buffering(mp: Any) -> None:
    x, y = cell(mp), cell(mp)

    def write_then_read(mine: Any, other: Any) -> None:
        mine.value = 1
        _ = other.value

    run_all(mp, [lambda: write_then_read(x, y), lambda: write_then_read(y, x)])


def message_passing(mp: Any) -> None:
    data, flag = cell(mp), cell(mp)

    def send() -> None:
        data.value = 1
        flag.value = 1

    run_all(mp, [send, lambda: read_both(flag, data)])


def independent_reads(mp: Any) -> None:
    x, y = cell(mp), cell(mp)
    run_all(
        mp,
        [
            lambda: setattr(x, "value", 1),
            lambda: setattr(y, "value", 1),
            lambda: read_both(x, y),
            lambda: read_both(y, x),
        ],
    )


def read_both(first: Any, second: Any) -> tuple[int, int]:
    return first.value, second.value


def philosophers(mp: Any, number: int) -> None:
    forks = [mp.Lock() for _ in range(number)]

    def dine(left: Any, right: Any) -> None:
        left.acquire()
        right.acquire()
        left.release()
        right.release()

    run_all(
        mp,
        [
            lambda place=place: dine(forks[place], forks[(place + 1) % number])
            for place in range(number)
        ],
    )


def crossed_locks(mp: Any) -> None:
    first, second, x = mp.Lock(), mp.Lock(), cell(mp)

    def write(outer: Any, inner: Any) -> None:
        with outer, inner:
            x.value = 1

    run_all(mp, [lambda: write(first, second), lambda: write(second, first)])
