"""Passages to document: a document's inputs from its passages' scores, and their probability.

For each decision the roll-up is a logistic regression on four inputs, learnt on
out-of-fold scores, so it is at once the combination of passage and document
model and the calibration (Platt 1999).
"""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

#: Inputs of the roll-up, in column order; the last column of its weights is the intercept.
INPUTS = ("best", "second", "total", "document")
#: What stands for a passage that is not there.
LOWEST = -8.0


def sigmoid(score: float) -> float:
    """The logistic function, safe for any float."""
    if score >= 0:
        return 1 / (1 + math.exp(-score))
    small = math.exp(score)
    return small / (1 + small)


def inputs(passages: Sequence[float], document: float) -> tuple[float, float, float, float]:
    """The inputs of one decision: the best and second-best passage score, the logarithm
    of the passages' total evidence Σ log(1 + exp(score)), and the document's own score."""
    ordered = sorted(passages, reverse=True)
    best = max(ordered[0], LOWEST) if ordered else LOWEST
    second = max(ordered[1], LOWEST) if len(ordered) > 1 else LOWEST
    total = math.fsum(math.log1p(math.exp(min(score, 700.0))) for score in ordered)
    return best, second, math.log(max(total, math.exp(LOWEST))), document


def inputs_array(
    passages: "np.ndarray", starts: "np.ndarray", documents: "np.ndarray"
) -> "np.ndarray":
    """`inputs` for many documents at once.

    `passages` is P×K, `starts` the index of the first passage of each of the D
    documents (each has at least one), `documents` D×K. Returns D×K×4.
    """
    import numpy as np

    best = np.maximum.reduceat(passages, starts, axis=0)
    counts = np.diff(np.append(starts, len(passages)))
    first = np.repeat(best, counts, axis=0)
    rank = np.where(passages == first, 0, 1)
    # a best score that stands twice is its own second
    ties = np.add.reduceat(1 - rank, starts, axis=0)
    lower = np.where(rank == 0, -np.inf, passages)
    second = np.where(ties > 1, best, np.maximum.reduceat(lower, starts, axis=0))
    total = np.add.reduceat(np.log1p(np.exp(np.minimum(passages, 700.0))), starts, axis=0)
    columns = (
        np.maximum(best, LOWEST),
        np.maximum(second, LOWEST),
        np.log(np.maximum(total, math.exp(LOWEST))),
        documents,
    )
    return np.stack(columns, axis=2)
