"""A sorted list of strings that answers without being read into memory.

The strings stand sorted by their UTF-8 bytes, one to a line, in one file; where
each line begins stands in an array of numbers. A look-up is a bisection, so a
table of fifty thousand names opens at once and one short document touches a
few hundred lines of it.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from mmap import mmap


class Table:
    """Strings at rows 0 … n-1 of `lines`.

    `offsets` holds n+1 positions: row i is lines[offsets[i] : offsets[i+1] - 1].
    A line may hold a key and a value, split by a tab.
    """

    def __init__(self, lines: "bytes | mmap", offsets: "memoryview[int]"):
        self._lines = lines
        self._offsets = offsets

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def _key(self, row: int) -> bytes:
        line = self._lines[self._offsets[row] : self._offsets[row + 1] - 1]
        return line.split(b"\t", 1)[0]

    def row(self, key: str) -> int:
        """The row of `key`, or -1."""
        wanted = key.encode("utf-8", "replace")
        row = bisect_left(range(len(self)), wanted, key=self._key)
        return row if row < len(self) and self._key(row) == wanted else -1

    def value(self, key: str) -> str:
        """What stands behind the tab in the line of `key`, or ""."""
        row = self.row(key)
        if row < 0:
            return ""
        line = self._lines[self._offsets[row] : self._offsets[row + 1] - 1]
        return line.partition(b"\t")[2].decode()

    def lines(self) -> list[str]:
        """All lines, read into memory."""
        return self._lines[:].decode().split("\n")[:-1]

    def __iter__(self) -> Iterator[str]:
        return (line.split("\t", 1)[0] for line in self.lines())


def table_bytes(lines: Iterable[str]) -> tuple[bytes, list[int]]:
    """The file of a table and its offsets. Sorts by key; keys must be distinct.

    Raises ValueError for a repeated key or a line break inside a line.
    """
    encoded = sorted((line.encode() for line in lines), key=lambda line: line.split(b"\t", 1)[0])
    offsets = [0]
    previous = None
    for line in encoded:
        key = line.split(b"\t", 1)[0]
        if key == previous or b"\n" in line:
            raise ValueError(f"a table cannot hold {key!r} twice, nor a line break")
        previous = key
        offsets.append(offsets[-1] + len(line) + 1)
    return b"".join(line + b"\n" for line in encoded), offsets
