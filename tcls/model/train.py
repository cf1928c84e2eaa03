"""Examples to a model folder: everything that is fitted of a model is fitted here.

Passages and whole documents each get a linear model over the same terms, with questions
asked first (`tcls.model.gates`); a logistic roll-up joins them. Everything learnt from
scores is learnt on out-of-fold scores, with folds by batch of writing, in which stories
are whole.
"""

import platform
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from itertools import islice
from pathlib import Path

import joblib
import numpy as np
import scipy.sparse as sp
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from tcls import __version__
from tcls.corpus.dataset import Corpus
from tcls.model import lists
from tcls.model.calibrate import thresholds
from tcls.model.examples import Data, Decision, Examples, Rows, Settings, seen
from tcls.model.features import Features, sees_around
from tcls.model.gates import Gate, joint_arrays, openings
from tcls.model.rollup import INPUTS, inputs_array, seen_array
from tcls.model.short import is_short, own_columns
from tcls.model.store import model_name, save_model
from tcls.text.masks import Masks
from tcls.text.phrases import Phrases
from tcls.text.table import table_bytes

Say = Callable[[str], None]


@dataclass
class Fit:
    """A trained model before it is stored, and the out-of-fold view of it.

    V terms, K decisions, G gates, S columns for short texts, P passages, D documents. Weights are
    V×(K+G+S). `truth` and `probability` are D×K over the training documents, out of fold.
    """

    decisions: list[Decision]
    gates: tuple[Gate, ...]
    vocabulary: list[str]
    idf: np.ndarray
    passage: np.ndarray
    document: np.ndarray
    bias: np.ndarray
    rollup: np.ndarray
    calibration: np.ndarray
    truth: np.ndarray
    probability: np.ndarray
    thresholds: dict[str, dict[str, float]] = field(default_factory=dict)


def _scale(x: sp.csr_matrix, y: np.ndarray, weight: np.ndarray, power: float) -> np.ndarray:
    """V factors, |log ratio|^power of how often a term stands in positive and in other
    examples, with a mean square of 1 over the terms that stand in some (naive Bayes features;
    Wang & Manning 2012). Terms that stand in both alike, function words above all, are made
    small and so get little weight."""
    there = sp.csr_matrix((np.ones_like(x.data), x.indices, x.indptr), shape=x.shape).T
    yes, no = weight * y, weight * (1 - y)
    ratio = np.log((there @ yes + 1) / (yes.sum() + 2)) - np.log((there @ no + 1) / (no.sum() + 2))
    factor = np.abs(ratio) ** power
    stands = there.getnnz(axis=1) > 0
    size = np.sqrt(np.mean(factor[stands] ** 2)) if stands.any() else 0.0
    return np.asarray(factor / size) if size else np.ones_like(factor)


def _linear(
    x: sp.csr_matrix, y: np.ndarray, weight: np.ndarray, c: float, power: float
) -> tuple[np.ndarray, float]:
    for value, intercept in ((y, -6.0), (1 - y, 6.0)):
        if (weight * value > 0).sum() < 2:  # nothing to tell apart
            return np.zeros(x.shape[1]), intercept
    # liblinear regularises the intercept too; scaled by 10 that hardly matters. It goes on
    # until the last bits of a processor's linear algebra are below what is stored.
    model = LogisticRegression(
        C=c, solver="liblinear", intercept_scaling=10.0, random_state=0, tol=1e-9,
        max_iter=100_000,
    )  # fmt: skip
    factor = np.ones(x.shape[1])
    if power:
        factor = _scale(x, y, weight, power)
    model.fit(x @ sp.diags(factor), y, sample_weight=weight)
    return model.coef_[0] * factor, float(model.intercept_[0])


def fit_all(
    x: sp.csr_matrix | Rows, y: np.ndarray, weight: np.ndarray, c: float,
    powers: Sequence[Sequence[float]], taught: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """V×K weights and K biases, none where K is 0. A decision has one logistic regression for each
    of its powers of scaling, and the mean of their weights; it learns of the examples that
    `taught` (N×K) says, of all without it, as it sees them. With fewer than two positive examples
    that have weight it learns nothing: its weights are 0 and its bias -6, so that it is never
    likely; with fewer than two negative ones the bias is 6."""
    if not powers:
        return np.zeros(((x.around if isinstance(x, Rows) else x).shape[1], 0)), np.zeros(0)

    def one(k: int, power: float) -> tuple[np.ndarray, float]:
        view = x.column(k) if isinstance(x, Rows) else x
        if taught is None or taught[:, k].all():
            return _linear(view, y[:, k], weight, c, power)
        rows = taught[:, k]
        return _linear(view[rows], y[rows, k], weight[rows], c, power)

    with threadpool_limits(1):  # sums split over threads differ in the last bits
        found = iter(
            joblib.Parallel(n_jobs=2, prefer="threads")(  # liblinear lets other threads run
                joblib.delayed(one)(k, power) for k, each in enumerate(powers) for power in each
            )
        )
    means = []
    for each in powers:
        weights, biases = zip(*islice(found, len(each)), strict=True)
        means.append((np.mean(weights, axis=0), np.mean(biases)))
    return np.stack([w for w, _ in means], axis=1), np.array([b for _, b in means])


def _logistic(x: np.ndarray, y: np.ndarray, negative: float) -> np.ndarray:
    """Weights and intercept of a logistic regression on few inputs, where a 0 counts `negative`
    times; rounded so that the last bits of a linear-algebra library cannot show."""
    for value, intercept in ((y, -6.0), (1 - y, 6.0)):
        if value.sum() < 2:
            return np.append(np.zeros(x.shape[1]), intercept)
    weight = np.where(y == 1, 1.0, negative)
    with threadpool_limits(1):
        model = LogisticRegression(C=1.0, max_iter=1000).fit(x, y, sample_weight=weight)
    return np.round(np.append(model.coef_[0], model.intercept_[0]), 6)


def _chances(x: np.ndarray, weights: np.ndarray) -> np.ndarray:
    chances: np.ndarray = 1 / (1 + np.exp(-(x @ weights[:-1] + weights[-1])))
    return chances


def _used(decisions: Sequence[Decision], k: int, settings: Settings) -> np.ndarray:
    """Which of what the roll-up of decision `k` may see (`seen_array`) it uses."""
    own = [name in settings.inputs for name in INPUTS]
    task = decisions[k][0]
    near = [settings.stacked and j != k and of == task for j, (of, _) in enumerate(decisions)]
    return np.append(own, np.outer(near, own))


def _rolled(x: np.ndarray, y: np.ndarray, used: np.ndarray, negative: float) -> np.ndarray:
    """Roll-up weights of one decision from the D×(2 + 2K) that it may see; what is not used
    weighs 0."""
    found = np.zeros(len(used) + 1)
    found[np.append(used, True)] = _logistic(x[:, used], y, negative)
    return found


def _weights(
    data: Data, examples: Examples, learnt: np.ndarray, powers: Sequence[Sequence[float]]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """V×(K+G+S) weights of the passage model and of the model of whole documents, and their
    2×(K+G+S) biases, learnt from the documents that the mask `learnt` (D) leaves."""
    settings = data.settings
    of_passages = data.taught(examples.y, examples.document, examples.context)
    of_documents = data.taught(data.truth, np.arange(len(data.truth)))

    def both(
        columns: Sequence[int], of_passage: np.ndarray, of_document: np.ndarray
    ) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        scales = [powers[k] for k in columns]
        for rows, y, weight, taught, c in (
            (examples.x, examples.y, of_passage, of_passages, settings.c_passage),
            (data.whole, data.truth, of_document, of_documents, settings.c_document),
        ):
            keep = weight > 0
            seen_rows = rows.take(keep).columns(columns)
            allowed = taught[keep][:, columns]
            yield fit_all(seen_rows, y[keep][:, columns], weight[keep], c, scales, allowed)

    here = learnt[examples.document]
    ordinary = both(
        range(len(powers)), examples.weight * here, learnt * ~(data.short & data.twin) * 1.0
    )
    counted = np.where(data.short | data.twin, settings.short_weight, 1.0) * learnt
    short = both(data.own, examples.weight * counted[examples.document], counted)
    (w, b), (wd, bd) = (
        (np.hstack([one[0], two[0]]), np.append(one[1], two[1]))
        for one, two in zip(ordinary, short, strict=True)
    )
    return w, wd, np.stack([b, bd])


def fit(
    corpus: Corpus, features: Features, settings: Settings, keep: frozenset[str] = frozenset(),
    say: Say = lambda _: None,
) -> Fit:  # fmt: skip
    """Fit everything on all documents of `corpus`. `keep` are stems of proper names that may
    enter the vocabulary; all others stay out."""
    say(f"reading {len(corpus.documents)} documents")
    data = Data(corpus, features, settings, keep)
    examples = data.examples()
    powers = [settings.powers(task) for task, _ in data.chosen]
    powers += [(settings.ratio,)] * len(data.gates)
    scores, whole = np.zeros(data.y.shape), np.zeros(data.truth.shape)
    for f in range(settings.n_folds):
        say(f"fold {f + 1} of {settings.n_folds}: {len(powers) + len(data.own)} columns")
        test = data.fold == f
        w, wd, bias = _weights(data, examples, ~test, powers)
        short, of = data.short[data.owner], test[data.owner]
        scores[of] = data.x.take(of).scores(w, bias[0], data.own, short[of])
        whole[test] = data.whole.take(test).scores(wd, bias[1], data.own, data.short[test])
    passages, documents = joint_arrays(scores, data.starts, whole, data.openings)
    table = seen_array(inputs_array(passages, data.starts, documents))
    decided = range(len(data.chosen))
    truth = data.truth[:, decided]
    negative = settings.negative_weight
    probability = np.zeros(truth.shape)
    rollup = []
    for k in decided:
        used = _used(data.chosen, k, settings)
        for f in range(settings.n_folds):
            train = data.fold != f
            weights = _rolled(table[train, k], truth[train, k], used, negative)
            probability[~train, k] = _chances(table[~train, k], weights)
        rollup.append(_rolled(table[:, k], truth[:, k], used, negative))
    say("fitting on all")
    w, wd, bias = _weights(data, examples, np.ones(len(data.truth), bool), powers)
    return Fit(
        data.chosen, data.gates, data.vocabulary, data.idf,
        np.round(w, settings.weight_decimals).astype(np.float32),
        np.round(wd, settings.weight_decimals).astype(np.float32),
        np.round(bias, settings.weight_decimals),
        np.stack(rollup),
        np.stack([_logistic(passages[:, k : k + 1], data.y[:, k], negative) for k in decided]),
        truth, probability,
        {
            f"{task}:{value}": dict(thresholds(truth[:, k], probability[:, k], negative))
            for k, (task, value) in enumerate(data.chosen)
        },
    )  # fmt: skip


def libraries() -> dict[str, str]:
    """The versions of what the bytes of a model depend on."""
    names = ("numpy", "scipy", "scikit-learn", "joblib", "safetensors", "PyStemmer")
    python = ".".join(platform.python_version_tuple()[:2])  # patches change no number
    return {"python": python, **{name: version(name) for name in names}}


def train(
    corpus: Corpus, labels: Path, folder: Path, settings: Settings, say: Say = lambda _: None
) -> Fit:
    """Fit on `corpus` and write the model folder. `labels` holds masks/ and lexicon.toml.

    The same corpus, lists, settings and library versions give the same bytes. Raises UsageError
    for a folder whose name no model can have, before anything is fitted.
    """
    name = model_name(folder)
    masks = lists.mask_lines(labels / "masks")
    lexicon = lists.lexicon_lines(labels / "lexicon.toml") if settings.lexicon else []
    features = Features(
        Masks(lists.lookup(masks)), Phrases(lists.lookup(lexicon)), bool(settings.around)
    )
    keep = frozenset(map(features.stem, lists.kept_names(labels / "masks" / "keep.txt")))
    result = fit(corpus, features, settings, keep, say)
    examples = [
        label.examples[0]
        for task in corpus.schema.tasks
        if task.tier == 1
        for label in task.labels
        if label.examples
    ]
    rows = {term: i for i, term in enumerate(result.vocabulary)}
    counts = [Counter(features.terms(text)) for text in examples]
    sees = sees_around(result.decisions, len(result.gates), settings.around)
    x = seen(counts, rows, result.idf, settings.smoothing, sees)
    own = own_columns(result.decisions, result.gates, settings.short_tasks)
    short = np.array([is_short([text], settings.short_characters) for text in examples], bool)
    scores, whole = (  # the texts have one passage
        x.scores(weights.astype(np.float64), bias, own, short)
        for weights, bias in zip((result.passage, result.document), result.bias, strict=True)
    )
    each = np.arange(len(examples))
    joined = joint_arrays(scores, each, whole, openings(result.decisions, result.gates))
    table = seen_array(inputs_array(joined[0], each, joined[1]))
    chances = [_chances(table[:, k], weights) for k, weights in enumerate(result.rollup)]
    manifest = {
        "name": name,
        "tcls": __version__,
        "schema": corpus.schema.version,
        "decisions": [list(decision) for decision in result.decisions],
        "gates": [asdict(gate) for gate in result.gates],
        "rollup_inputs": list(INPUTS),
        "settings": asdict(settings),
        "corpus": {
            "documents": len(corpus.documents),
            "stories": len(set(corpus.stories)),
            "passages": sum(map(len, corpus.passages)),
            "fingerprint": corpus.fingerprint,
        },
        "libraries": libraries(),
        "thresholds": result.thresholds,
        "self_test": [
            {"text": text, "scores": np.round(row, 9).tolist(), "probabilities": chance}
            for text, row, chance in zip(
                examples, scores, np.round(np.stack(chances, axis=1), 9).tolist(), strict=True
            )
        ],
    }
    tables = {
        "vocabulary": table_bytes(result.vocabulary),
        "lexicon": table_bytes(lexicon),
        "masks": table_bytes(masks),
    }
    arrays = {
        name: getattr(result, name)
        for name in ("idf", "passage", "document", "bias", "rollup", "calibration")
    }
    save_model(folder, manifest, tables, arrays)
    return result
