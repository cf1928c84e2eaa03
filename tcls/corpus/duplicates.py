"""Stories: documents that share so much text that they must stay on one side of any split.

The key works on characters, not words, so it serves scripts without spaces as well.
"""

import re
import zlib
from collections import defaultdict
from collections.abc import Sequence

from tcls.reading.document import Document

_GRAM = 16
_SAMPLE = 4
_COMMON = 60
#: Share of the shorter document's key that makes two documents one story.
SAME_STORY = 0.3


def key(text: str) -> frozenset[int]:
    """The near-duplicate key of a text: hashes of a quarter of its 16-character pieces.

    Case, spaces, punctuation and digits do not count; which pieces are kept depends on
    the piece alone, so shared text gives shared keys wherever it stands (content-defined
    sampling; Manber 1994). Texts of fewer than 16 letters have one piece.
    """
    letters = "".join(re.findall(r"[^\W\d_]+", text.casefold()))
    if len(letters) <= _GRAM:
        return frozenset({zlib.crc32(letters.encode())} if letters else ())
    hashes = (zlib.crc32(letters[i : i + _GRAM].encode()) for i in range(len(letters) - _GRAM + 1))
    return frozenset(h for h in hashes if h % _SAMPLE == 0)


def near_duplicates(documents: Sequence[Document]) -> list[tuple[int, int, float]]:
    """Pairs (i, j, share) with i < j whose keys overlap by at least `SAME_STORY` of the shorter."""
    keys = [key(document.text) for document in documents]
    holders: dict[int, list[int]] = defaultdict(list)
    for i, pieces in enumerate(keys):
        for piece in pieces:
            holders[piece].append(i)
    shared: dict[tuple[int, int], int] = defaultdict(int)
    for owners in holders.values():
        if 1 < len(owners) <= _COMMON:
            for a, i in enumerate(owners):
                for j in owners[a + 1 :]:
                    shared[i, j] += 1
    pairs = ((i, j, n / max(1, min(len(keys[i]), len(keys[j])))) for (i, j), n in shared.items())
    return sorted(pair for pair in pairs if pair[2] >= SAME_STORY)


def stories(documents: Sequence[Document]) -> list[str]:
    """The story of each document: the smallest id of those joined by near-duplication or
    declared twins (`meta["twin"]`: a shared name, or the id of another document)."""
    parent = list(range(len(documents)))

    def find(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    first: dict[str, int] = {document.id: i for i, document in enumerate(documents)}
    for i, document in enumerate(documents):
        if twin := document.meta.get("twin"):
            parent[find(i)] = find(first.setdefault(twin, i))
    for i, j, _ in near_duplicates(documents):
        parent[find(i)] = find(j)
    smallest: dict[int, str] = {}
    for i, document in enumerate(documents):
        root = find(i)
        smallest[root] = min(smallest.get(root, document.id), document.id)
    return [smallest[find(i)] for i in range(len(documents))]
