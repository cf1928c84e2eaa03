"""Words around measures for many texts at once: whose terms they are stands in
`tcls.model.features`, here their rows are looked up in arrays.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from tcls.model.features import AROUND, BEFORE, BEHIND

#: The number of a stem that no term of several words holds, and of a form across which none stands.
OTHER, BREAK = 0, -1


class Around:
    """Tables by the number of a stem, one for each side of each class of measures and of any
    class: the row of that stem there, -1 for none.

    `terms` are the words around measures that a vocabulary holds, as their two parts and their
    row; `stems` has the number of every stem in them, from 1 on."""

    def __init__(self, terms: Sequence[tuple[str, str, int]], stems: dict[str, int]):
        sides = [
            (a[1:], b, row, 1) if a[0] == AROUND else (b[1:], a, row, 0) for a, b, row in terms
        ]
        self._classes = {name: i for i, name in enumerate(sorted({each[0] for each in sides}))}
        # The last class stands for those of which the vocabulary knows nothing.
        self._table = np.full((2, len(self._classes) + 1, len(stems) + 1), -1, np.int64)
        for name, stem, row, side in sides:
            self._table[side, self._classes[name], stems[stem]] = row

    def _class(self, name: str) -> int:
        return self._classes.get(name, len(self._classes))

    def rows(
        self, measures: Sequence[tuple[str, int, int]], stem: Any, stops: Any
    ) -> Iterator[tuple[Any, Any]]:
        """Where measures stand, and the row of a word around each. `stem` has the number of
        each form's stem, `stops` how many sentences have ended up to it."""
        names = [term[1:-1] for term, _, _ in measures]
        own = np.array([self._class(name) for name in names], np.int64)
        any_class = np.array([self._class(name.partition(":")[0]) for name in names], np.int64)
        first, last = np.array([at for _, *at in measures], np.int64).reshape(-1, 2).T[:, :, None]
        words = np.flatnonzero(stem != BREAK)
        before = np.searchsorted(words, first) - 1 - np.arange(BEFORE)
        behind = np.searchsorted(words, last) + np.arange(BEHIND)
        for side, at in enumerate((before, behind)):
            there = (at >= 0) & (at < len(words))
            word = words[np.where(there, at, 0)]
            there &= stops[word] == stops[first]
            number = np.maximum(stem[word], OTHER)
            for cls in (own, any_class):
                row = self._table[side, cls[:, None], number]
                known = there & (row >= 0)
                yield np.broadcast_to(first, row.shape)[known], row[known]
