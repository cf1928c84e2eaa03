"""Whether a model folder is what it was when it was made.

What takes too long for every prediction is checked here: all numbers, all lines, all scores.
"""

import math
import os
from dataclasses import dataclass
from itertools import accumulate, pairwise
from pathlib import Path

from tcls.errors import ModelRefused
from tcls.model.files import check_ordinary, refuse
from tcls.model.precision import FILE as EVALUATION
from tcls.model.precision import read_precisions
from tcls.model.scorer import Scorer
from tcls.model.store import MANIFEST, PARTS, TABLES, Model, open_model
from tcls.text.table import Table

#: What a model folder may hold.
BELONGS = frozenset((*PARTS, MANIFEST, EVALUATION, "README.md"))
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


def _check_files(folder: Path) -> None:
    """Raise ModelRefused for anything in the folder that is not of the model."""
    try:
        names = sorted(os.listdir(folder))
    except OSError as fault:
        what = f"cannot be listed ({fault.strerror})"
        raise refuse(folder, what, "check its permissions") from None
    for name in names:
        if name not in BELONGS:
            raise refuse(folder, f"{name} does not belong to the model", "take it out")
        check_ordinary(folder, name)


def _whole(table: Table, offsets: "memoryview[int]") -> bool:
    """Whether a table has its lines where its offsets say, sorted, and no key twice."""
    try:
        lines = [line.encode() for line in table.lines()]
    except UnicodeDecodeError:
        return False
    keys = [line.split(b"\t", 1)[0] for line in lines]
    starts = [0, *accumulate(len(line) + 1 for line in lines)]
    return offsets.tolist() == starts and all(a < b for a, b in pairwise(keys))


def _check_numbers(model: Model) -> None:
    """Raise ModelRefused for a number that is none, an idf that is not positive and a table
    that would be searched in vain."""
    for name, array in model.arrays.items():
        if not all(map(math.isfinite, array.flat)):
            raise refuse(model.folder, f"{name} holds a number that is not finite")
    if min(model.arrays["idf"].flat, default=1.0) <= 0:
        raise refuse(model.folder, "idf holds a number that is not positive")
    for name in TABLES:
        if not _whole(model.tables[name], model.arrays[name].flat):
            raise refuse(model.folder, f"{name}.txt has lines out of order or of place")


def _differences(model: Model) -> list[float]:
    """How far the score or probability of each self-test text is from the stored one that it
    differs from most; NaN where it is no number."""
    scorer = Scorer(model)
    found = []
    for test in model.manifest["self_test"]:
        try:
            scores = scorer.score([test["text"]])
        except (ArithmeticError, ValueError):  # finite numbers whose sums are not
            return [math.nan]
        ours = [*scores.passages[0], *scores.probabilities]
        theirs = [*test["scores"], *test["probabilities"]]
        found += [abs(a - b) for a, b in zip(ours, theirs, strict=True)]
    return found


def self_test(folder: Path | None = None) -> SelfTest:
    """Open a model (which checks the hash of every part), look through its files and numbers,
    and score its self-test texts.

    Raises ModelRefused when a part or the stored evaluation is altered, when a file does not
    belong to the model or is no ordinary one, when a number is not finite, or when a score or
    a probability differs by more than `TOLERANCE`.
    """
    model = open_model(folder)
    _check_files(model.folder)
    _check_numbers(model)
    read_precisions(model.folder, model.id)
    differences = _differences(model)
    # max() passes over NaN, and a comparison with it is false
    worst = max(differences) if all(map(math.isfinite, differences)) else math.nan
    if not worst <= TOLERANCE:
        raise ModelRefused(
            f"model {model.id}: a self-test score differs by {worst:.1e}; the tcls or library "
            "versions do not fit it: see libraries in its manifest.json"
        )
    return SelfTest(model.id, len(PARTS), len(model.manifest["self_test"]), worst)
