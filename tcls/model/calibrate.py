"""Thresholds for a stated aim, chosen on out-of-fold probabilities."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

#: Aims for which thresholds are stored besides F1.
RECALLS = (0.8, 0.85, 0.9, 0.95, 0.98)
PRECISIONS = (0.8, 0.85, 0.9, 0.95)
#: A decision with fewer positives than this gets no thresholds of its own choosing.
FEWEST = 10


def best_f1(
    truth: "np.ndarray", probability: "np.ndarray", negative: float = 1.0
) -> tuple[float, float]:
    """The highest threshold with the best F1 of one decision, and that F1.

    `truth` is 0/1 with at least one 1, `probability` in [0, 1], both of length n; a 0 counts
    `negative` times. The threshold is halfway between two neighbouring probabilities.
    """
    import numpy as np

    cut, hits, taken = _steps(truth, probability, negative)
    f1 = 2 * hits / (taken + hits[-1])
    best = int(np.argmax(f1))
    return round(float(cut[best]), 4), float(f1[best])


def thresholds(
    truth: "np.ndarray", probability: "np.ndarray", negative: float = 1.0
) -> Mapping[str, float]:
    """Thresholds of one decision by aim: "f1", "recall=0.95", "precision=0.9", …

    Arguments as for `best_f1`. "f1" is half the best F1: where probabilities are calibrated
    the best threshold stands there (Lipton, Elkan and Naryanaswamy 2014, "Optimal thresholding
    of classifiers to maximize F1 measure"), and it moves less from training to training than
    the place of the best F1. "recall=r" is the highest threshold whose recall is at least r;
    "precision=p" the lowest whose precision is at least p, from there up (left out where none
    reaches it).
    """
    import numpy as np

    if truth.sum() < FEWEST:
        return {"f1": 0.5}
    cut, hits, taken = _steps(truth, probability, negative)
    recall, precision = hits / hits[-1], hits / taken
    found = {"f1": best_f1(truth, probability, negative)[1] / 2}
    for r in RECALLS:
        found[f"recall={r:g}"] = float(cut[np.argmax(recall >= r)])
    for p in PRECISIONS:
        good = np.flatnonzero((precision >= p) & (hits >= FEWEST // 2))
        if len(good):
            found[f"precision={p:g}"] = float(cut[good[-1]])
    return {aim: round(value, 4) for aim, value in found.items()}


def _steps(
    truth: "np.ndarray", probability: "np.ndarray", negative: float
) -> tuple["np.ndarray", "np.ndarray", "np.ndarray"]:
    """From the likeliest down, for each place where one can stop (equal probabilities stay
    together): the threshold there, the hits and the weight of what is taken so far."""
    import numpy as np

    order = np.argsort(-probability, kind="stable")
    ranked = probability[order]
    hits = np.cumsum(truth[order])
    taken = hits + negative * np.cumsum(1 - truth[order])
    cut = np.append((ranked[:-1] + ranked[1:]) / 2, ranked[-1] / 2)
    last = np.append(ranked[:-1] != ranked[1:], True)
    return cut[last], hits[last], taken[last]
