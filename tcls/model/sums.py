"""Terms of many texts to scores: the sums of `tcls.model.scorer`, in arrays."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from tcls.model.features import sees_around
from tcls.model.store import Model

#: Rows of weights to add up at once.
_AT_ONCE = 4096


class Sums:
    """Scores of one model. `around` are the rows of the words around measures."""

    def __init__(self, model: Model, around: Sequence[int]):
        arrays = {
            name: np.asarray(model.arrays[name].flat, float).reshape(model.arrays[name].shape)
            for name in ("idf", "passage", "document", "bias")
        }
        self._idf, self._bias = arrays["idf"], arrays["bias"]
        settings = model.manifest["settings"]
        gates = len(model.gates)
        sees = np.array(sees_around(model.decisions, gates, settings["around"]), int)
        self._own = np.array(model.own, int)
        ordinary, short = slice(len(sees)), slice(len(sees), None)
        #: For ordinary texts and for short ones: columns of weights, and what they see.
        self._columns = ((ordinary, sees), (short, sees[self._own]))
        self._weights = {
            (name, kind): np.ascontiguousarray(arrays[name][:, columns])
            for name in ("passage", "document")
            for kind, (columns, _) in enumerate(self._columns)
        }
        self._smoothing = float(settings["smoothing"])
        self._plain = np.ones(len(self._idf))
        self._plain[around] = 0

    def __call__(self, name: str, owner: Any, row: Any, count: Any, short: Any) -> Any:
        """n×(K+G) scores of n owners, passages or documents as `name` says, from how often
        (`count`) each holds a term (`owner`, `row`; sorted). `short` (n): whether an owner is of
        a short text."""
        found = self._sums(name, False, owner, row, count, len(short))
        if short.any():
            of = short[owner]
            own = self._sums(name, True, owner[of], row[of], count[of], len(short))
            found[np.ix_(short, self._own)] = own[short]
        return found

    def _sums(self, name: str, short: bool, owner: Any, row: Any, count: Any, n: int) -> Any:
        """tf·idf of (owner, row) pairs times the weights of ordinary or of short texts, divided
        by the length of the owner that a column sees."""
        value = (1 + np.log(count)) * self._idf[row]
        squares = value * value
        length = [np.bincount(owner, x, n) for x in (squares * self._plain[row], squares)]
        norm = np.sqrt(np.stack(length) + self._smoothing)
        columns, sees = self._columns[short]
        out = np.zeros((n, len(sees)))
        weights = self._weights[name, short]
        starts = np.flatnonzero(np.diff(owner, prepend=-1))
        ends = np.append(starts[1:], len(row))
        first = 0
        while first < len(starts):  # some thousand terms at once stay in the processor's cache
            last = max(first + 1, int(np.searchsorted(ends, starts[first] + _AT_ONCE)))
            a, b = starts[first], ends[last - 1]
            weighted = weights.take(row[a:b], axis=0, mode="clip")  # faster than indexing
            weighted *= value[a:b, None]
            out[owner[starts[first:last]]] += np.add.reduceat(
                weighted, starts[first:last] - a, axis=0
            )
            first = last
        out /= np.where(norm > 0, norm, 1)[sees].T
        return out + self._bias[0 if name == "passage" else 1, columns]
