"""Passages to document: a document's inputs from its passages' scores, and their probability.

For each decision the roll-up is a logistic regression learnt on out-of-fold scores, so it is at
once the combination of passage and document model and the calibration (Platt 1999), for texts
that have labels as often as `Settings.negative_weight` makes the corpus have them. It sees the
decision's own two inputs, and those of the other decisions of its task as probabilities: what
looks like a false job is one less likely where a false courier is all but certain (stacked
binary relevance; Godbole & Sarawagi 2004). Sums over passages are left out on purpose: in long
texts many passages that each say nothing would add up to something.
"""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

#: A decision's own inputs. A row of the roll-up's weights has these, then those of all K
#: decisions as probabilities (0 for itself and for other tasks), then the intercept.
INPUTS = ("best", "document")


def sigmoid(score: float) -> float:
    """The logistic function, safe for any float."""
    if score >= 0:
        return 1 / (1 + math.exp(-score))
    small = math.exp(score)
    return small / (1 + small)


def inputs(passages: Sequence[float], document: float) -> tuple[float, float]:
    """The own inputs of one decision: the best passage score and the document's own score."""
    return max(passages, default=document), document


def chances(table: Sequence[tuple[float, ...]]) -> list[float]:
    """The inputs of all K decisions as probabilities, row by row. The roll-up of a decision sees
    its own row and, behind it, these."""
    return [sigmoid(score) for row in table for score in row]


def inputs_array(
    passages: "np.ndarray", starts: "np.ndarray", documents: "np.ndarray"
) -> "np.ndarray":
    """`inputs` for many documents at once.

    `passages` is P×K, `starts` the index of the first passage of each of the D
    documents (each has at least one), `documents` D×K. Returns D×K×2.
    """
    import numpy as np

    return np.stack([np.maximum.reduceat(passages, starts, axis=0), documents], axis=2)


def seen_array(table: "np.ndarray") -> "np.ndarray":
    """What each roll-up sees, its own inputs and the `chances` of all, for many documents:
    D×K×2 to D×K×(2 + 2K)."""
    import numpy as np

    d, k, m = table.shape
    near = 1 / (1 + np.exp(-np.clip(table, -700, 700))).reshape(d, 1, k * m)
    return np.concatenate([table, np.broadcast_to(near, (d, k, k * m))], axis=2)
