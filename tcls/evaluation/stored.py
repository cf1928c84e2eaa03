"""The measured errors of a model, stored beside it: numbers and story hashes, no text.

`evaluation.json` in the model folder holds, for every decision, the truth, the decision and
the probability of each document of the test split, so that counts can be corrected, the
precision at a score be told, and the rule for what a human must read be looked up,
wherever the model goes. `tcls.model.precision` reads the tables that predictions need.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from tcls.errors import OutputError, UsageError
from tcls.evaluation.calibration import measured_precision
from tcls.evaluation.intervals import Array, Score
from tcls.evaluation.metrics import Decision
from tcls.evaluation.sample import Sample
from tcls.evaluation.selective import DECIMALS, Rule, recall_rule
from tcls.model.files import FAULTS, UNSEALED, refuse, sealed
from tcls.model.precision import FILE, MEND, read_evaluation

FORMAT = 1
#: Step tables have a row for every probability of two decimals at which something changes.
STEPS = 100
_MEASURE = "run tcls evaluate --store in a checkout"


@dataclass(frozen=True, slots=True)
class Measured:
    """Truth (0/1), decision (0/1) and probability of the evaluation documents in one
    decision; all of length n."""

    truth: Array
    chosen: Array
    probability: Array


@dataclass(frozen=True, slots=True)
class Stored:
    """What was measured of one model. `stories` has a hash for the story of each of the n
    documents; `rules` the selective rule of each ordinal task, for its lowest value but
    one "or higher"; `signature` says on what all was measured; `card` is what the model
    card shows (`tcls.evaluation.card`), empty where it was not stored."""

    model: str
    signature: str
    stories: tuple[str, ...]
    decisions: Mapping[Decision, Measured]
    rules: Mapping[str, Rule]
    card: Mapping[str, Any] = field(default_factory=dict)

    def precision_at(self, task: str, value: str, probability: float) -> Score:
        """Of evaluation documents scored like this, the share that carried the label.

        Raises UsageError for a decision that was not measured.
        """
        if (task, value) not in self.decisions:
            raise UsageError(f"{task}:{value} was not measured for model {self.model}")
        found = self.decisions[task, value]
        return measured_precision(found.truth, found.probability, probability, self.stories)


def _hash(story: str) -> str:
    return hashlib.sha256(f"tcls-story:{story}".encode()).hexdigest()[:12]


def selective_rules(sample: Sample) -> dict[str, Rule]:
    """For each ordinal task, which documents a human must read so that 95 % of the stories
    with "possible or present" are found, at 90 % confidence."""
    found = {}
    for task in sample.tasks():
        if task.kind == "ordinal":
            k = sample.columns(task.id)[0]
            found[task.id] = recall_rule(
                sample.truth[:, k], sample.probability[:, k], sample.stories,
                ignore=sample.ignore[:, k],
            )  # fmt: skip
    return found


def step_table(sample: Sample, k: int) -> list[list[float]]:
    """Measured precision of decision k as rows (from probability, share right, low, high, n),
    each good to the next; rounded to two decimals, as they are shown."""
    rows: list[list[float]] = []
    for i in range(STEPS + 1):
        found = measured_precision(
            sample.truth[:, k], sample.probability[:, k], i / STEPS, sample.stories,
            ignore=sample.ignore[:, k],
        )  # fmt: skip
        row = [*(round(x, 2) for x in (found.value, found.low, found.high)), found.n]
        if found.n and (not rows or row != rows[-1][1:]):
            rows.append([i / STEPS, *row])
    return rows


def measured(sample: Sample) -> Stored:
    """A sample as it is stored. A document that was abstained from was not marked."""
    return Stored(
        sample.model, sample.signature("evaluation", len(sample.documents)),
        tuple(map(_hash, sample.stories)),
        {
            decision: Measured(sample.truth[:, k], sample.chosen[:, k], sample.probability[:, k])
            for k, decision in enumerate(sample.decisions)
        },
        selective_rules(sample),
    )  # fmt: skip


def _places(column: Array) -> list[int]:
    return [int(i) for i in np.flatnonzero(column)]


def evaluation_bytes(row: Mapping[str, Any]) -> bytes:
    """The file of an evaluation, sealed. The same values give the same bytes."""
    text = json.dumps({**row, **UNSEALED}, sort_keys=True, separators=(",", ":"))
    return sealed((text.replace('},"', '},\n"') + "\n").encode())


def store_evaluation(sample: Sample, folder: Path, card: Mapping[str, Any] | None = None) -> Path:
    """Write `evaluation.json` of the model in `folder`, sealed (`tcls.model.files`); the same
    sample gives the same bytes.

    `card` is what the model card shows, as `tcls.evaluation.card` makes it.

    Raises OutputError when it cannot be written.
    """
    kept = measured(sample)
    row = {
        "format": FORMAT, "model": kept.model, "tcls": version("tcls"),
        "schema": sample.schema.version, "signature": kept.signature,
        "n": len(kept.stories), "stories": list(kept.stories),
        "decisions": {
            ":".join(decision): {
                "true": _places(found.truth), "chosen": _places(found.chosen),
                "probability": [round(float(p), DECIMALS) for p in found.probability],
            }
            for decision, found in kept.decisions.items()
        },
        "measured": {
            ":".join(decision): step_table(sample, k)
            for k, decision in enumerate(sample.decisions)
        },
        "rules": {task: asdict(rule) for task, rule in kept.rules.items()},
    } | ({"card": card} if card else {})  # fmt: skip
    file, temporary = folder / FILE, folder / f".{FILE}.part"
    try:
        temporary.write_bytes(evaluation_bytes(row))
        temporary.replace(file)
    except OSError as fault:
        raise OutputError(
            f"{file}: cannot be written ({fault.strerror}); check the folder"
        ) from fault
    return file


def _column(places: list[int], n: int) -> Array:
    column = np.zeros(n)
    column[np.array(places, dtype=np.intp)] = 1
    return column


def _read(row: Mapping[str, Any]) -> Stored:
    n = row["n"]
    if row["format"] != FORMAT or len(row["stories"]) != n:
        raise ValueError(f"format {row['format']!r}, {len(row['stories'])} stories of {n}")
    decisions = {}
    for name, found in row["decisions"].items():
        task, _, value = name.partition(":")
        chance = np.array(found["probability"], dtype=np.float64)
        if chance.shape != (n,):
            raise ValueError(f"{name} has {len(chance)} probabilities, expected {n}")
        truth, chosen = _column(found["true"], n), _column(found["chosen"], n)
        decisions[task, value] = Measured(truth, chosen, chance)
    rules = {task: Rule(**rule) for task, rule in row["rules"].items()}
    model, signature = str(row["model"]), str(row["signature"])
    card = dict(row.get("card", {}))
    return Stored(model, signature, tuple(row["stories"]), decisions, rules, card)


def load_evaluation(folder: Path, model: str) -> Stored:
    """The measured errors stored in a model folder.

    Raises ModelRefused when there are none, they are damaged, or of another model than
    `model` (its id): errors of one model say nothing about another.
    """
    try:
        stored = _read(read_evaluation(folder))
    except FileNotFoundError:
        raise refuse(folder, f"no {FILE} in it", _MEASURE) from None
    except FAULTS as fault:
        raise refuse(folder, f"{FILE} is damaged ({fault})", MEND) from None
    if stored.model != model:
        what = f"{FILE} was measured on {stored.model}, not {model}"
        raise refuse(folder, what, _MEASURE)
    return stored
