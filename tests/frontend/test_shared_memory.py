"""`multiprocessing.shared_memory`."""

from typing import Any

import pytest

from tests.helpers.enumerate import outcomes, run_all
from tests.helpers.running import error_of, returned


def test_processes_that_know_the_name_share_the_bytes() -> None:
    def body(mp: Any) -> Any:
        memory = mp.shared_memory.SharedMemory(create=True, size=4)
        memory.buf[1:3] = b"ab"

        def change() -> None:
            other = mp.shared_memory.SharedMemory(memory.name)
            other.buf[0] = 7
            other.close()

        run_all(mp, change)
        return memory.size, bytes(memory.buf), memory.buf[1:3] == b"ab", memory.buf[-1]

    assert returned(body) == (4, b"\x07ab\x00", True, 0)


def test_an_increment_of_a_byte_can_be_lost() -> None:
    def body(mp: Any) -> Any:
        memory = mp.shared_memory.SharedMemory(create=True, size=1)

        def add() -> None:
            memory.buf[0] += 1

        run_all(mp, add, add)
        return memory.buf[0]

    assert outcomes(body) == {1, 2}


def test_a_block_outlives_its_name_and_a_close_elsewhere() -> None:
    def body(mp: Any) -> Any:
        memory = mp.shared_memory.SharedMemory(create=True, size=1)
        run_all(mp, memory.close)
        memory.unlink()
        memory.buf[0] = 5
        found = memory.buf[0]
        memory.close()
        return found, error_of(lambda: memory.buf[0]), error_of(memory.unlink).partition(":")[0]

    assert returned(body) == (
        5,
        "TypeError: 'NoneType' object is not subscriptable",
        "FileNotFoundError",
    )


def test_bytes_can_be_seen_as_numbers() -> None:
    def body(mp: Any) -> Any:
        memory = mp.shared_memory.SharedMemory(create=True, size=8)
        numbers = memory.buf.cast("i")
        numbers[1] = 258
        return numbers.tolist(), bytes(memory.buf[4:6])

    assert returned(body) == ([0, 258], b"\x02\x01")


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"name": "nope"}, "FileNotFoundError: [Errno 2] No such file or directory: '/nope'"),
        (
            {"create": True, "size": 0},
            "ValueError: 'size' must be a positive number different from zero",
        ),
        ({"create": True, "size": -1}, "ValueError: 'size' must be a positive integer"),
    ],
)
def test_refusals_are_worded_as_cpythons(arguments: dict[str, Any], error: str) -> None:
    assert (
        returned(lambda mp: error_of(lambda: mp.shared_memory.SharedMemory(**arguments))) == error
    )


def test_one_of_two_processes_creates_a_block() -> None:
    def body(mp: Any) -> Any:
        failed = mp.Value("i", 0, lock=False)

        def create() -> None:
            try:
                mp.shared_memory.SharedMemory("block", create=True, size=1)
            except FileExistsError:
                failed.value += 1

        run_all(mp, create, create)
        return failed.value

    assert outcomes(body) == {1}


def test_a_list_keeps_its_items_and_their_room() -> None:
    def body(mp: Any) -> Any:
        items = mp.shared_memory.ShareableList([1, "ab", None, 2.5, True, b"xy"])
        items[0] = 5
        other = mp.shared_memory.ShareableList(name=items.shm.name)
        other[1] = "cd"
        return (
            list(items),
            items.format,
            error_of(lambda: items.__setitem__(1, "x" * 99)),
            error_of(lambda: items[6]),
        )

    assert returned(body) == (
        [5, "cd", None, 2.5, True, b"xy"],
        "q8sxxxxxx?xdxxxxxxx?8s",
        "ValueError: bytes/str item exceeds available storage",
        "IndexError: index out of range",
    )
