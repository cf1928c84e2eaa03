"""Passages to document: a document's inputs from its passages' scores, and their probability.

For each decision the roll-up is a logistic regression on two inputs, learnt on
out-of-fold scores, so it is at once the combination of passage and document
model and the calibration (Platt 1999), for texts that have labels as often as
`Settings.negative_weight` makes the corpus have them. Sums over passages are left out on purpose:
in long texts many passages that each say nothing would add up to something.
"""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

#: Inputs of the roll-up, in column order; the last column of its weights is the intercept.
INPUTS = ("best", "document")


def sigmoid(score: float) -> float:
    """The logistic function, safe for any float."""
    if score >= 0:
        return 1 / (1 + math.exp(-score))
    small = math.exp(score)
    return small / (1 + small)


def inputs(passages: Sequence[float], document: float) -> tuple[float, float]:
    """The inputs of one decision: the best passage score and the document's own score."""
    return max(passages, default=document), document


def inputs_array(
    passages: "np.ndarray", starts: "np.ndarray", documents: "np.ndarray"
) -> "np.ndarray":
    """`inputs` for many documents at once.

    `passages` is P×K, `starts` the index of the first passage of each of the D
    documents (each has at least one), `documents` D×K. Returns D×K×2.
    """
    import numpy as np

    return np.stack([np.maximum.reduceat(passages, starts, axis=0), documents], axis=2)
