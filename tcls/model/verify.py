"""Whether a model folder is what it was when it was made."""

from dataclasses import dataclass
from pathlib import Path

from tcls.errors import ModelRefused
from tcls.model.scorer import Scorer
from tcls.model.store import PARTS, open_model

#: Largest difference from a stored score (log-odds) or probability of the self-test; they are
#: stored with nine decimals.
TOLERANCE = 1e-8


@dataclass(frozen=True, slots=True)
class SelfTest:
    """What was checked, and the largest difference of a score from the stored one."""

    model: str
    parts: int
    texts: int
    difference: float


def self_test(folder: Path | None = None) -> SelfTest:
    """Open a model (which checks the hash of every part) and score its self-test texts.

    Raises ModelRefused when a part is altered, or when a score or a probability differs by
    more than `TOLERANCE`.
    """
    model = open_model(folder)
    scorer = Scorer(model)
    worst = 0.0
    tests = model.manifest["self_test"]
    for test in tests:
        found = scorer.score([test["text"]])
        ours = [*found.passages[0], *found.probabilities]
        theirs = [*test["scores"], *test["probabilities"]]
        worst = max(worst, *(abs(a - b) for a, b in zip(ours, theirs, strict=True)))
    if worst > TOLERANCE:
        raise ModelRefused(
            f"model {model.id}: a self-test score differs by {worst:.1e}; the tcls or library "
            "versions do not fit it: see libraries in its manifest.json"
        )
    return SelfTest(model.id, len(PARTS), len(tests), worst)
