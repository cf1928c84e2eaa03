"""What was measured at a score: read from the evaluation stored in a model folder.

`evaluation.json` has for each decision a step table under "measured", and the selective
rules under "rules". Only the standard library is used, so that one prediction stays quick.
A folder without the file, or with one of another model, has nothing to tell. One that was
altered is refused: the rule for what a human must read would be gone, or another, unseen.
"""

import json
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tcls.model.files import FAULTS, is_sealed, read_file, refuse

FILE = "evaluation.json"
MEND = f"take {FILE} away and run tcls evaluate --store in a checkout"
_MOST = 50_000_000


@dataclass(frozen=True, slots=True)
class Measured:
    """Of `n` evaluation documents scored like this one (one for each story), the share
    `right` carried the label, with the interval [low, high] (Wilson, 95 %)."""

    right: float
    low: float
    high: float
    n: int

    def to_dict(self) -> dict[str, Any]:
        """Plain values."""
        return {"right": self.right, "low": self.low, "high": self.high, "n": self.n}


#: A step: from which probability on, and what was measured there.
Step = tuple[float, Measured]


@dataclass(frozen=True, slots=True)
class Precisions:
    """The step table of each decision, "task:value", by rising probability; and for each
    ordinal task the probability of its lowest positive value "or higher" from which on a
    human must look (0: always)."""

    steps: Mapping[str, tuple[Step, ...]]
    screens: Mapping[str, float]

    def at(self, task: str, value: str, probability: float) -> Measured | None:
        """What was measured of a decision at a probability; None for what was not measured.

        Ordinal decisions, and their probabilities, are "this value or a higher one".
        """
        table = self.steps.get(f"{task}:{value}", ())
        place = bisect_right(table, round(probability, 2), key=lambda step: step[0])
        return table[place - 1][1] if place else None

    def screen(self, task: str, probability: float) -> bool | None:
        """Whether a human must look at a document of that probability of its lowest positive
        value "or higher"; None without a rule."""
        least = self.screens.get(task)
        return None if least is None else probability >= least


NOTHING = Precisions({}, {})


def _step(start: float, right: float, low: float, high: float, n: int) -> Step:
    if not (0 <= low <= right <= high <= 1 and 0 <= start <= 1 and n > 0):
        raise ValueError(f"step at {start}")
    return start, Measured(right, low, high, n)


def read_evaluation(folder: Path) -> Any:
    """What `evaluation.json` of a model folder holds, once its seal is found whole.

    Raises ModelRefused when it is damaged or altered, FileNotFoundError when there is none.
    """
    data = read_file(folder, FILE, _MOST, MEND)
    if not is_sealed(data):
        what = f"{FILE} is damaged or altered: not what its sha256 says"
        raise refuse(folder, what, MEND)
    return json.loads(data)


def read_precisions(folder: Path, model: str) -> Precisions:
    """The tables of a model folder for the model of that id; `NOTHING` when there are none or
    they are of another model. Raises ModelRefused when they are damaged or altered."""
    try:
        row = read_evaluation(folder)
        if row["model"] != model:
            return NOTHING
        steps = {
            str(name): tuple(_step(*step) for step in table)
            for name, table in row["measured"].items()
        }
        least = {str(task): rule["threshold"] for task, rule in row["rules"].items()}
        screens = {task: 0.0 if t is None else float(t) for task, t in least.items()}
        if not all(0 <= t <= 1 for t in screens.values()):
            raise ValueError("threshold")
    except FileNotFoundError:
        return NOTHING
    except FAULTS as fault:
        raise refuse(folder, f"{FILE} is damaged ({fault})", MEND) from None
    return Precisions(steps, screens)
