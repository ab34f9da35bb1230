"""How many messages go into a pipe or a socket pair before a writer has to wait."""

from __future__ import annotations

import pytest

from explorer.objects.room import PipeRoom, Room, SocketRoom


def messages(room: Room, size: int) -> int:
    """How many messages of `size` bytes fit in whole."""
    count = 0
    while True:
        room.write(size)
        if room.full:
            return count
        count += 1


# Measured on Linux 6.18: writes of the message with its four bytes of header to an empty pipe or
# socket pair that does not block.
@pytest.mark.parametrize(
    ("size", "expected"),
    [(1, 13104), (26, 2176), (96, 640), (496, 128), (996, 64), (2996, 16), (9996, 6)],
)
def test_a_pipe_holds_sixteen_pages(size: int, expected: int) -> None:
    assert messages(PipeRoom(), size) == expected


@pytest.mark.parametrize("size", [65_533, 100_000])
def test_what_is_larger_than_a_pipe_does_not_fit(size: int) -> None:
    assert messages(PipeRoom(), size) == 0


def test_the_largest_item_that_fits_in_a_pipe_is_65532_bytes_long() -> None:
    assert messages(PipeRoom(), 65_532) == 1


@pytest.mark.parametrize(
    ("size", "expected"),
    [(1, 278), (96, 278), (496, 167), (996, 93), (2996, 49), (4092, 44), (65_532, 3)],
)
def test_a_socket_pair_charges_for_each_message(size: int, expected: int) -> None:
    assert messages(SocketRoom(), size) == expected


def test_a_socket_pair_takes_one_message_of_200000_bytes_and_none_of_300000() -> None:
    assert messages(SocketRoom(), 200_000) == 1
    assert messages(SocketRoom(), 300_000) == 0


@pytest.mark.parametrize("kind", [PipeRoom, SocketRoom])
def test_reading_everything_makes_all_the_room_there_was(kind: type[Room]) -> None:
    room = kind()
    for size in (1, 5_000, 20_000, 3, 100):
        room.write(size)
    for size in (1, 5_000, 20_000, 3, 100):
        room.read(size)
    assert messages(room, 996) == messages(kind(), 996)
