"""Thresholds for a stated aim, chosen on out-of-fold probabilities."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

#: Aims for which thresholds are stored besides the best F1.
RECALLS = (0.8, 0.85, 0.9, 0.95, 0.98)
PRECISIONS = (0.8, 0.85, 0.9, 0.95)
#: A decision with fewer positives than this gets no thresholds of its own choosing.
FEWEST = 10


def thresholds(
    truth: "np.ndarray", probability: "np.ndarray", negative: float = 1.0
) -> Mapping[str, float]:
    """Thresholds of one decision by aim: "f1", "recall=0.95", "precision=0.9", …

    `truth` is 0/1 and `probability` in [0, 1], both of length n; a 0 counts `negative` times. A
    threshold is halfway between two neighbouring probabilities. "f1" is the highest of those
    with the best F1; "recall=r" the highest whose recall is at least r; "precision=p" the
    lowest whose precision is at least p, from there up (left out where none reaches it).
    """
    import numpy as np

    if truth.sum() < FEWEST:
        return {"f1": 0.5}
    order = np.argsort(-probability, kind="stable")
    ranked = probability[order]
    hits = np.cumsum(truth[order])
    taken = hits + negative * np.cumsum(1 - truth[order])
    recall, precision = hits / hits[-1], hits / taken
    f1 = 2 * hits / (taken + hits[-1])
    cut = np.append((ranked[:-1] + ranked[1:]) / 2, ranked[-1] / 2)
    last = np.append(ranked[:-1] != ranked[1:], True)  # equal probabilities stay together
    places = np.flatnonzero(last)
    found = {"f1": float(cut[places[np.argmax(f1[places])]])}
    for r in RECALLS:
        found[f"recall={r:g}"] = float(cut[places[np.argmax(recall[places] >= r)]])
    for p in PRECISIONS:
        good = places[(precision[places] >= p) & (hits[places] >= FEWEST // 2)]
        if len(good):
            found[f"precision={p:g}"] = float(cut[good[-1]])
    return {aim: round(value, 4) for aim, value in found.items()}
