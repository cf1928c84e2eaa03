"""Where experiments are carried out: the documents, the systems, and what is done already.

An answer is kept as soon as there is one, in a hidden folder beside the plan, so that an
interrupted run goes on where it stopped. What is kept is bound to the plan, the corpus and
the code: when any of them changes, it is made anew.
"""

import hashlib
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

import tcls
from tcls.corpus.dataset import Corpus, load_corpus
from tcls.corpus.splits import test_mask
from tcls.errors import CheckFailed
from tcls.evaluation import baselines
from tcls.evaluation.baselines import Answer, System, golds
from tcls.evaluation.intervals import Array
from tcls.evaluation.plan import CONFIG, Plan
from tcls.evaluation.sample import Gold, Judge, Sample, gold_table
from tcls.model.examples import Settings, decisions
from tcls.model.store import open_model
from tcls.reading.document import Document
from tcls.schema import load_schema

PARTIAL = ".partial"
#: Where text for measuring lies beside a checkout. It may not be there.
EXTERNAL = Path("..", "shared", "external-dev", "external-dev.jsonl")
Say = Callable[[str], None]


class Reader(Judge):
    """Makes samples as `Judge` does, but judges nothing: all answers are 0."""

    def __init__(self) -> None:
        self.schema = load_schema()
        self.decisions = tuple(decisions(self.schema, Settings().skip))

    def sample(
        self, name: str, documents: Sequence[Document], found_stories: Sequence[str],
        golds: Sequence[Gold], corpus: str, ignore: Array | None = None,
    ) -> Sample:  # fmt: skip
        """Documents beside their gold labels."""
        truth = gold_table(self.schema, self.decisions, golds)
        nothing = np.zeros(truth.shape)
        return Sample(
            name, tuple(documents), tuple(found_stories), self.decisions, truth, nothing, nothing,
            np.zeros(truth.shape, dtype=bool) if ignore is None else ignore,
            np.zeros(len(documents), dtype=bool), self.schema, "", corpus,
        )  # fmt: skip


def make(name: str, root: Path, settings: Mapping[str, Any]) -> System:
    """A system by the name that it has in plans."""
    own: dict[str, Callable[[Path], System]] = {
        "majority": baselines.Majority, "keywords": baselines.Keywords,
        "nb_svm": baselines.NaiveBayesSvm, "tfidf": baselines.Tfidf, "shipped": baselines.Shipped,
    }  # fmt: skip
    if name == "tcls":
        return baselines.Tcls(root, settings)
    if name in own:
        return own[name](root)
    from tcls.evaluation import peers

    others: dict[str, Callable[[Path], System]] = {
        "fasttext": peers.FastText, "static": peers.Static, "minilm": peers.MiniLM,
    }  # fmt: skip
    return others[name](root)


def _digest(files: Sequence[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


class Steps:
    """Answers that are made already, by the name of the step."""

    def __init__(self, folder: Path, key: str):
        self._top = folder / PARTIAL
        self._folder = self._top / key

    def load(self, name: str) -> tuple[str, list[Answer]] | None:
        """The signature of the system, and its answers; None when there are none."""
        try:
            with np.load(self._file(name), allow_pickle=False) as kept:
                count = (len(kept.files) - 1) // 2
                answers = [(kept[f"p{i}"], kept[f"c{i}"]) for i in range(count)]
                return str(kept["signature"]), answers
        except (OSError, ValueError, KeyError, BadZipFile):
            return None

    def save(self, name: str, signature: str, answers: Sequence[Answer]) -> None:
        """Keep them; a file is there whole or not at all."""
        self._folder.mkdir(parents=True, exist_ok=True)
        arrays: dict[str, Any] = {"signature": np.array(signature)}
        arrays |= {f"p{i}": p for i, (p, _) in enumerate(answers)}
        arrays |= {f"c{i}": c for i, (_, c) in enumerate(answers)}
        file = self._file(name)
        part = file.with_suffix(".part")
        with part.open("wb") as stream:
            np.savez(stream, **arrays)
        part.replace(file)

    def clear(self) -> None:
        """Forget all steps, those of older runs too."""
        shutil.rmtree(self._top, ignore_errors=True)

    def _file(self, name: str) -> Path:
        return self._folder / f"{hashlib.sha256(name.encode()).hexdigest()[:16]}.npz"


class Bench:
    """One experiment's documents and systems. `root` is a checkout."""

    def __init__(self, folder: Path, root: Path, plan: Plan, say: Say = lambda _: None):
        self.folder, self.root, self.plan, self.say = folder, root, plan, say
        self.reader = Reader()
        self.schema = self.reader.schema
        self.corpus = load_corpus(root, self.schema)
        self.held_out = np.array(test_mask(self.corpus, root / "labels"), dtype=bool)
        self.training = self.corpus.subset((~self.held_out).tolist())
        self.external = root.resolve() / EXTERNAL

    @cached_property
    def steps(self) -> Steps:
        """What is done already."""
        code = sorted(Path(tcls.__file__).parent.rglob("*.py"))
        lists = sorted((self.root / "labels").glob("masks/*.txt"))
        more = [self.root / "labels" / "lexicon.toml", self.root / "models/default/manifest.json"]
        files = [self.folder / CONFIG, *code, *(f for f in (*lists, *more) if f.is_file())]
        if self.external.is_file():
            files.append(self.external)
        both = _digest(files) + self.corpus.fingerprint
        return Steps(self.folder, hashlib.sha256(both.encode()).hexdigest()[:16])

    def sample(self, name: str, corpus: Corpus) -> Sample:
        """Documents of the corpus, to be judged."""
        given = golds(corpus, self.reader.decisions)
        print_of = self.corpus.fingerprint[:8]
        return self.reader.sample(name, corpus.documents, corpus.stories, given, print_of)

    @cached_property
    def samples(self) -> dict[str, Sample]:
        """What the plan judges, by name; without external text where there is none."""
        found = {}
        for name in self.plan.data:
            if name == "test":
                found[name] = self.sample(name, self.corpus.subset(self.held_out.tolist()))
            elif self.external.is_file():
                found[name] = self.reader.external(self.external)
            else:
                self.say(f"{EXTERNAL.name} does not lie beside the checkout: external is left out")
        return found

    def judged(
        self, step: str, name: str, training: Corpus, samples: Sequence[Sample],
        settings: Mapping[str, Any] | None = None,
    ) -> list[Sample]:  # fmt: skip
        """The samples with the answers of a system fitted on `training`.

        `step` names what is done, once for each experiment. Raises CheckFailed when the
        shipped model was trained on other documents.
        """
        done = self.steps.load(step)
        if done is None:
            self.say(f"{step}: {len(training.documents)} documents to learn from")
            system = make(name, self.root, self.plan.settings if settings is None else settings)
            if name == "shipped":
                self._same_corpus()
            system.fit(training)
            found = f"({system.signature})" if system.signature else ""
            done = (
                f"{name}{found}@{training.fingerprint[:8]}",
                [system.answer(sample.documents) for sample in samples],
            )
            self.steps.save(step, *done)
        signature, answers = done
        return [
            replace(sample, probability=probability, chosen=chosen, model=signature)
            for sample, (probability, chosen) in zip(samples, answers, strict=True)
        ]

    def _same_corpus(self) -> None:
        trained = open_model(self.root / "models" / "default").manifest["corpus"]["fingerprint"]
        if trained != self.training.fingerprint:
            raise CheckFailed(
                f"models/default: trained on corpus {trained[:8]}, the training side of this "
                f"checkout is {self.training.fingerprint[:8]}; run tcls train"
            )
