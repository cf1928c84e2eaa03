"""What the commands and the report show, each made by one call."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tcls.classifier import Classifier
from tcls.errors import MissingInput
from tcls.evaluation.assess import (
    Assessment,
    Curve,
    Gap,
    Slice,
    all_slices,
    assess,
    bins,
    curve,
    gaps,
    parts,
)
from tcls.evaluation.behaviour import Outcome, Predict, load_suite, run
from tcls.evaluation.calibration import Bin
from tcls.evaluation.card import card, training, validated
from tcls.evaluation.edits import EDITS
from tcls.evaluation.invariance import Stability, generated
from tcls.evaluation.sample import Checkout, Judge
from tcls.evaluation.selective import Rule
from tcls.evaluation.stored import selective_rules, store_evaluation
from tcls.model.store import open_model
from tcls.reading.document import Document

#: Where the external documents lie, seen from a checkout.
EXTERNAL = Path("../shared/external-dev/external-dev.jsonl")


@dataclass(frozen=True, slots=True)
class External:
    """Measures on documents from elsewhere: of all together, of each set and each source.
    `gaps` is empty where no decision has enough documents and where there is no test split."""

    name: str
    assessment: Assessment
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class Behaviour:
    """The suite, and the generated tests on documents."""

    outcome: Outcome
    generated: tuple[Stability, ...]

    @property
    def biased(self) -> tuple[str, ...]:
        """Where a nationality or a country moved an answer, or an exact edit a number."""
        moved = [f"{s.name} ({len(s.changes)} of {s.flips.n} documents)"
                 for s in self.generated if s.exact and not s.holds]  # fmt: skip
        return (*moved, *(f"pair {u.pair}" for u in self.outcome.biased))


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything the report shows. `bins` and `slices` are of decisions by column; `external`
    is empty where there are no such documents."""

    test: Assessment
    bins: Mapping[int, list[Bin]]
    curves: tuple[Curve, ...]
    slices: tuple[Slice, ...]
    rules: Mapping[str, Rule]
    external: tuple[External, ...]
    behaviour: Behaviour


def evaluate(checkout: Checkout, folder: Path | None = None) -> Assessment:
    """A model measured on the frozen test split of a checkout."""
    return assess(Judge(folder).test_split(checkout))


def trained_here(checkout: Checkout, folder: Path | None = None) -> bool:
    """Whether a model was trained on exactly the training side of a checkout as it is now. If
    not, it may have seen documents of the test split, and what is measured may flatter it."""
    trained: str = open_model(folder).manifest["corpus"]["fingerprint"]
    return checkout.training.fingerprint == trained


def store(checkout: Checkout, found: Assessment, folder: Path | None = None) -> Path:
    """Keep the measured errors of an assessment beside its model, and what its card shows;
    where they are kept. Puts the suite and the generated tests to the model, and the
    documents that lie beside the checkout, where there are any."""
    model = open_model(folder)
    _, behaviour = behave_model(checkout, folder)
    try:
        outside = assess(Judge(folder).external(checkout.root / EXTERNAL))
    except MissingInput:
        outside = None
    shown = card(
        found,
        behaviour.outcome,
        behaviour.generated,
        training(checkout, model),
        outside,
        validated(checkout),
    )
    return store_evaluation(found.sample, model.folder, shown)


def compare(checkout: Checkout | None, file: Path, folder: Path | None = None) -> list[External]:
    """A model on documents from elsewhere: all, by set, by source; beside the test split of
    the checkout, if there is one."""
    judge = Judge(folder)
    return _external(assess(judge.test_split(checkout)) if checkout else None, judge, file)


def _external(inside: Assessment | None, judge: Judge, file: Path) -> list[External]:
    whole = judge.external(file)
    found: list[External] = []
    for name, part in [
        ("all", whole),
        *((f"set {p.name}", p) for p in parts(whole, "set", 1)),
        *((f"source {p.name}", p) for p in parts(whole, "source")),
    ]:
        outside = assess(part)
        found.append(External(name, outside, tuple(gaps(inside, outside)) if inside else ()))
    return found


def behave(
    predict: Predict, checkout: Checkout | None = None, suite: Path | None = None
) -> Behaviour:
    """The suite put to any classifier, and the generated tests: with a checkout on the
    documents of its test split, without one those on nations on the texts of the suite."""
    cases = load_suite(suite)
    outcome = run(predict, cases)
    if checkout is not None:
        test = checkout.test
        return Behaviour(outcome, generated(predict, test.documents, test.stories))
    texts = [Document(case.id, case.text) for case in cases.cases]
    pairs = [case.pair for case in cases.cases]
    exact = [edit for edit in EDITS if edit.exact]
    return Behaviour(outcome, generated(predict, texts, pairs, edits=exact, additions=()))


def behave_model(checkout: Checkout | None, folder: Path | None = None) -> tuple[str, Behaviour]:
    """`behave` for a tcls model: its id, and what it did."""
    classifier = Classifier.load(folder)
    return classifier.model, behave(lambda text: classifier.predict(text, evidence=False), checkout)


def overview(
    checkout: Checkout, folder: Path | None = None, external: Path | None = None
) -> Overview:
    """Everything the report shows. `external` defaults to what lies beside the checkout and
    is left out when it is not there; a file that is named must be there (MissingInput)."""
    judge = Judge(folder)
    test = assess(judge.test_split(checkout))
    sample = test.sample
    ordinal = [k for t in sample.tasks() if t.kind == "ordinal" for k in sample.columns(t.id)]
    screening = [sample.columns(t.id)[0] for t in sample.tasks() if t.kind == "ordinal"]
    try:
        outside = _external(test, judge, external or checkout.root / EXTERNAL)
    except MissingInput:
        if external:
            raise
        outside = []
    return Overview(
        test, {k: bins(sample, k) for k in ordinal},
        tuple(curve(sample, task) for task in sample.tasks()),
        tuple(all_slices(sample, screening)), selective_rules(sample), tuple(outside),
        behave(lambda text: judge.classifier.predict(text, evidence=False), checkout),
    )  # fmt: skip
