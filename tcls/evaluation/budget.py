"""What predicting costs: ratios to named peers, all measured in one run on one machine.

Absolute times say little on a shared machine; each figure is the median of several runs
of whole processes, or a rate in one process, beside that of the peer.
"""

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from statistics import median

import joblib
import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline

from tcls.evaluation.bench import Bench
from tcls.evaluation.measured import Findings
from tcls.model.examples import truth
from tcls.model.scorer import Scorer
from tcls.model.store import open_model
from tcls.text.clean import furniture
from tcls.text.passages import passages

RUNS = 9
MEGABYTES = 64
PEER_MEGABYTES = 8
_TYPER = "import typer\ndef main(name: str = 'x') -> None: print(name)\ntyper.run(main)\n"
_JOBLIB = (
    "import sys, joblib\n"
    "print(joblib.load(sys.argv[1]).predict_proba([open(sys.argv[2], encoding='utf-8').read()]))\n"
)


def _cpu(command: Sequence[str]) -> float:
    """Median CPU seconds (user and system) of a command as a whole process."""
    seconds = []
    for _ in range(RUNS):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return median(seconds)


def _cold(bench: Bench, folder: Path) -> Iterator[tuple[str, float, float]]:
    """`tcls predict` of one article against a bare typer command and a joblib pipeline."""
    article = bench.root / "seeds" / "001_fdfed59dd9b5c503.txt"
    ours = _cpu([str(Path(sys.executable).parent / "tcls"), "predict", str(article)])
    (folder / "bare.py").write_text(_TYPER)
    yield (
        "CPU of tcls predict / bare typer command",
        ours / _cpu([sys.executable, str(folder / "bare.py")]),
        1.6,
    )
    corpus = bench.training
    column = corpus.values("scam_type")
    chosen = [("scam_type", v) for v in corpus.schema.task("scam_type").values]
    labels = np.array([truth(corpus.schema, {"scam_type": v}, chosen) for v in column])
    pipeline = make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2),
        OneVsRestClassifier(LogisticRegression(solver="liblinear")),
    ).fit([d.text for d in corpus.documents], labels)
    joblib.dump(pipeline, folder / "pipeline.joblib")
    (folder / "peer.py").write_text(_JOBLIB)
    peer = [sys.executable, str(folder / "peer.py"), str(folder / "pipeline.joblib"), str(article)]
    yield "CPU of tcls predict / joblib pipeline, load and predict", ours / _cpu(peer), 0.1


def _texts(bench: Bench, megabytes: float) -> list[list[str]]:
    """Passages of the training documents, repeated to about that many million characters."""
    split = [
        [span.of(d.text) for span in passages(d.text, furniture(d.text))]
        for d in bench.training.documents
    ]
    size = sum(map(len, (text for texts in split for text in texts)))
    times = max(1, round(megabytes * 1e6 / size))
    return split * times


def _rate(bench: Bench) -> Iterator[tuple[str, float, float]]:
    """Scoring with numpy against scikit-learn's vectorizer and weights of the same model."""
    scorer = Scorer(open_model())
    small = _texts(bench, PEER_MEGABYTES)
    size = sum(len(text) for texts in small for text in texts)
    for _ in scorer.score_many(small[:2000]):
        pass
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    large = _texts(bench, MEGABYTES)
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - peak  # the texts themselves
    start = time.process_time()
    for _ in scorer.score_many(large):
        pass
    ours = sum(len(t) for texts in large for t in texts) / (time.process_time() - start)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - peak - held
    vocabulary = {term: i for i, term in enumerate(scorer.model.tables["vocabulary"])}
    vectorizer = TfidfVectorizer(analyzer=list, sublinear_tf=True, vocabulary=vocabulary)
    vectorizer.idf_ = np.asarray(scorer.model.arrays["idf"].flat)
    weights = {
        name: np.asarray(array.flat).reshape(array.shape)[:, : scorer.columns].astype(float)
        for name, array in scorer.model.arrays.items()
        if name in ("passage", "document")
    }
    start = time.process_time()
    for i in range(0, len(small), 500):
        terms = [[scorer.features.terms(t) for t in texts] for texts in small[i : i + 500]]
        vectorizer.transform([t for texts in terms for t in texts]) @ weights["passage"]
        vectorizer.transform([[*chain.from_iterable(texts)] for texts in terms]) @ weights[
            "document"
        ]
    peer = size / (time.process_time() - start)
    yield "rate of scoring / scikit-learn, the same model, one core", ours / peer, 4.0
    yield "million characters a CPU second", ours / 1e6, float("nan")
    yield f"memory grown while scoring {MEGABYTES} million characters, MB", grown / 1024, 100.0


def budget(bench: Bench) -> Findings:
    """The costs of predicting as ratios, with the bar for each (a rate must reach its bar,
    the others must not pass it)."""
    found = Findings()
    with tempfile.TemporaryDirectory() as folder:
        for name, value, bar in (*_cold(bench, Path(folder)), *_rate(bench)):
            bench.say(f"{name}: {value:.2f}")
            at_least = name.startswith("rate")
            met = value >= bar if at_least else value <= bar
            found.tables.setdefault("budget", []).append(
                {"measure": name, "value": value, "bar": bar, "met": bool(met or bar != bar)}
            )
    return found
