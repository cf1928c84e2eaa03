"""Questions asked first: P(label) = P(gate) · P(label | gate).

Most labels presuppose something that is easier to see and that far more texts show: no scam
type without a scam, no victim criminalisation without compelled persons. The gate learns
from all texts; a label behind it only from those where the gate is open, so that it need
not learn to tell a scam with coins from a mint: it learns what tells one scam from another.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tcls.schema import Schema

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True, slots=True)
class Gate:
    """A text is open when it has any positive value of the tasks that `asks` names; the
    labels of the tasks that `opens` names stand behind it. `scope` is "passage" when they
    stand in the passages that are open themselves, "document" when one open passage opens
    all of its document."""

    id: str
    asks: tuple[str, ...]
    opens: tuple[str, ...]
    scope: str

    def is_open(self, schema: Schema, values: Mapping[str, Any]) -> bool:
        """Whether a text with these values, by task, is open."""
        for name in self.asks:
            task = schema.task(name)
            nothing = task.values[0] if task.kind == "ordinal" else ()
            if values.get(name, nothing) != nothing:
                return True
        return False


_COMPELLED = ("victim_criminalisation", "non_punishment")
GATES = (
    Gate("compelled_persons", ("forced_criminality", *_COMPELLED), _COMPELLED, "document"),
    Gate("scam", ("scam_type",), ("scam_type",), "passage"),
)


@dataclass(frozen=True, slots=True)
class Opening:
    """The gate of one decision: its column among the K + G scores of a text, and whether it
    is that of the whole document."""

    column: int
    whole: bool


def openings(
    decisions: Sequence[tuple[str, str]], gates: Sequence[Gate]
) -> tuple[Opening | None, ...]:
    """For each of the K decisions its gate; None for one that stands behind none."""
    of = {
        task: Opening(len(decisions) + g, gate.scope == "document")
        for g, gate in enumerate(gates)
        for task in gate.opens
    }
    return tuple(of.get(task) for task, _ in decisions)


def both(one: float, two: float) -> float:
    """The log-odds of two things at once, P·Q, from the log-odds of each: a soft minimum.

    (1 - PQ) / PQ = e^-one + e^-two + e^-(one + two).

    >>> round(both(0.0, 0.0), 4)  # a half times a half: one to three
    -1.0986
    """
    most, parts = _against(one, two)
    return -(most + math.log(math.fsum(parts)))


def moving(row: Sequence[float], k: int, gate: Opening | None) -> dict[int, float]:
    """The columns that speak for decision `k` in a passage with these K + G scores, and how
    much each moves its log-odds. A gate of the whole document may stand open elsewhere, and
    is left out."""
    if gate is None or gate.whole:
        return {k: 1.0}
    before, own = pulls(row[gate.column], row[k])
    return {k: own, gate.column: before}


def pulls(one: float, two: float) -> tuple[float, float]:
    """How much `both` moves with each of the two, its partial derivatives: near 1 for the less
    likely, near 0 for what is as good as certain.

    >>> pulls(0.0, 0.0) == (2 / 3, 2 / 3)
    True
    """
    _, (first, second, third) = _against(one, two)
    total = first + second + third
    return (first + third) / total, (second + third) / total


def _against(one: float, two: float) -> tuple[float, list[float]]:
    """The odds against both, e^-one + e^-two + e^-(one + two), as a power of e to multiply by
    and three terms of which the largest is 1."""
    powers = (-one, -two, -one - two)
    most = max(powers)
    return most, [math.exp(power - most) for power in powers]


def joint(
    passages: Sequence[Sequence[float]], document: Sequence[float], k: int, gate: Opening | None
) -> tuple[list[float], float]:
    """Log-odds of decision `k` in each passage and in the document as a whole, from those of
    their K + G columns: the column's own without a gate, else those of gate and label at once."""
    own = [row[k] for row in passages]
    if gate is None:
        return own, document[k]
    before = [row[gate.column] for row in passages]
    if gate.whole and before:
        before = [max(before)] * len(before)
    return (
        [both(g, score) for g, score in zip(before, own, strict=True)],
        both(document[gate.column], document[k]),
    )


def joint_arrays(
    passages: "np.ndarray", starts: "np.ndarray", documents: "np.ndarray",
    gates: Sequence[Opening | None],
) -> tuple["np.ndarray", "np.ndarray"]:  # fmt: skip
    """`joint` for all K decisions of many documents at once.

    `passages` is P×(K+G), `starts` the index of the first passage of each of the D documents
    (each has at least one), `documents` D×(K+G). Returns P×K and D×K.
    """
    import numpy as np

    sizes = np.diff(np.append(starts, len(passages)))
    one, two = passages[:, : len(gates)].copy(), documents[:, : len(gates)].copy()
    for k, gate in enumerate(gates):
        if gate:
            before = passages[:, gate.column]
            if gate.whole:
                before = np.repeat(np.maximum.reduceat(before, starts), sizes)
            one[:, k] = _both(before, one[:, k])
            two[:, k] = _both(documents[:, gate.column], two[:, k])
    return one, two


def _both(one: "np.ndarray", two: "np.ndarray") -> "np.ndarray":
    import numpy as np

    found: np.ndarray = -np.logaddexp(np.logaddexp(-one, -two), -one - two)
    return found
