"""How much the buffer behind a pipe or a socket holds, counted as Linux counts it.

A pipe has 16 pages; a short write joins the last page only if it fits in whole (fs/pipe.c,
`pipe_write`), so 16 messages of 3,000 bytes fill it as 65,536 single bytes do. A socket pair, the
two-way kind of Pipe, is charged for each message's bookkeeping too: 278 one-byte messages fill
its 212,992 bytes (net/core/sock.c; measured on Linux 6.18). Other systems differ.

A message that does not fit is begun all the same: its writer then waits until the rest has gone
in. So the messages here may take up more than there is, and `full` says so.
"""

from __future__ import annotations

from collections import deque
from typing import Final, Protocol

PAGE: Final = 4096
PAGES: Final = 16
SOCKET: Final = 212_992
_HEADER: Final = 4  # bytes that say how long the message is
_PIECE: Final = 33_536  # what a piece of a long message is charged at most
_SPLIT: Final = 16_384  # longer messages are written header first (connection.py, `_send_bytes`)


class Room(Protocol):
    """The room that is left."""

    def write(self, size: int) -> None:
        """A message of `size` bytes goes in."""
        ...

    def read(self, size: int) -> None:
        """A message of `size` bytes is taken out."""
        ...

    @property
    def full(self) -> bool:
        """Whether not all that was written has gone in yet."""
        ...


class PipeRoom:
    """The pages of a pipe."""

    __slots__ = ("pages", "taken")

    def __init__(self) -> None:
        self.pages: deque[int] = deque()  # how far each is filled
        self.taken = 0  # how far the first has been read

    def write(self, size: int) -> None:
        """A message goes in, a long one in two writes."""
        if size > _SPLIT:
            self._write(_HEADER)
            self._write(size)
        else:
            self._write(_HEADER + size)

    def _write(self, size: int) -> None:
        tail = size % PAGE
        if self.pages and self.pages[-1] + tail <= PAGE:
            self.pages[-1] += tail
            size -= tail
        while size > 0:
            self.pages.append(min(size, PAGE))
            size -= PAGE

    def read(self, size: int) -> None:
        """A message is taken; pages that are used up are free."""
        self.taken += _HEADER + size
        while self.pages and self.taken >= self.pages[0]:
            self.taken -= self.pages.popleft()

    @property
    def full(self) -> bool:
        """Whether more than the pages there are would be needed."""
        return len(self.pages) > PAGES


class SocketRoom:
    """What a socket pair is charged for in one direction."""

    __slots__ = ("charges", "sizes")

    def __init__(self) -> None:
        self.sizes: deque[int] = deque()  # bytes left of each write
        self.charges: deque[int] = deque()  # what each is charged

    def write(self, size: int) -> None:
        """A message goes in, a long one in two writes."""
        pieces = (_HEADER, size) if size > _SPLIT else (_HEADER + size,)
        self.sizes.extend(pieces)
        self.charges.extend(_charge(piece) for piece in pieces)

    def read(self, size: int) -> None:
        """A message is taken; what was charged for writes that are used up is given back."""
        left = _HEADER + size
        while self.sizes and left >= self.sizes[0]:
            left -= self.sizes.popleft()
            self.charges.popleft()
        if self.sizes:
            self.sizes[0] -= left

    @property
    def full(self) -> bool:
        """Whether the limit was reached before the last piece of the last message."""
        return bool(self.charges) and sum(self.charges) - min(self.charges[-1], _PIECE) >= SOCKET


def _charge(size: int) -> int:
    """What one message costs: a power of two for its data, or pages, and the bookkeeping."""
    for bucket in (512, 1024, 2048, 4096):
        if size + 320 <= bucket:
            return bucket + 256
    return -(-size // PAGE) * PAGE + 768
