"""A corpus surveyed: what it is made of, how varied it is, and which quotas it meets."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tcls.corpus import composition, diversity, repeats
from tcls.corpus.annotations import Annotation, load_annotations
from tcls.corpus.composition import Coding, Differences, Genre, Tally, Twins
from tcls.corpus.dataset import Corpus, load_corpus
from tcls.corpus.diversity import Distinct, Excess, Texts
from tcls.corpus.duplicates import stories
from tcls.corpus.repeats import Repeat, Where
from tcls.corpus.seeds import json_lines
from tcls.corpus.splits import test_mask
from tcls.errors import CorpusError, MissingInput
from tcls.evaluation.behaviour import load_contrasts
from tcls.evaluation.intervals import Array, Score, bootstrap
from tcls.evaluation.slices import UNKNOWN, Dependence, independence, region
from tcls.model.lists import lookup, mask_lines
from tcls.reading.document import Document
from tcls.text.masks import Masks

#: Family-wise error of the tests whether a label depends on the world region.
LEVEL = 0.05
#: A form counts as known when it stands in this many training stories.
KNOWN = 3
_PLACES: tuple[Where, ...] = ("title", "opening", "closing", "paragraph")
#: Documents wanted with each value, by task; of scam types each.
_WANTED = {
    "forced_criminality=present": 520, "forced_criminality=possible": 180,
    "victim_criminalisation=present": 350, "victim_criminalisation=possible": 180,
}  # fmt: skip
_WANTED_EACH = {"non_punishment": 110, "scam_type": 90}
_FOLDERS = {"first": ".", "second": "second", "adjudicated": "adjudicated"}


@dataclass(frozen=True, slots=True)
class Quota:
    """A number that the corpus must reach, or must not pass (`at_most`)."""

    name: str
    wanted: float
    found: float
    at_most: bool = False

    @property
    def met(self) -> bool:
        """Whether the corpus is as wanted."""
        return self.found <= self.wanted if self.at_most else self.found >= self.wanted


@dataclass(frozen=True, slots=True)
class Outside:
    """Texts that nobody wrote for the corpus: which share of their tokens the training
    vocabulary covers, by set; distinct n-grams of them and of as much of the corpus; words
    that the corpus uses more than they do."""

    coverage: dict[str, Score]
    theirs: tuple[Distinct, ...]
    ours: tuple[Distinct, ...]
    overused: tuple[Excess, ...]


@dataclass(frozen=True)
class Survey:
    """All that `tcls corpus report` shows."""

    signature: str
    size: Tally
    words: int
    quotas: tuple[Quota, ...]
    splits: dict[str, Tally]
    codings: dict[str, Coding]
    differences: Differences
    genres: dict[str, Genre]
    regions: dict[str, int]
    labels: dict[str, Tally]
    together: dict[str, dict[str, int]]
    contrasts: dict[int, Twins]
    acted_upon: int
    dependence: dict[str, Dependence]
    distinct: tuple[Distinct, ...]
    growth: tuple[tuple[int, int], ...]
    duplicates: tuple[tuple[str, str, float], ...]
    runs: tuple[Repeat, ...]
    frames: tuple[Repeat, ...]
    lines: dict[str, tuple[Repeat, ...]]
    outside: Outside | None


def dependence(corpus: Corpus, permutations: int = 1000, seed: int = 0) -> dict[str, Dependence]:
    """For each ordinal task and each value of a first-tier multilabel task, whether it
    depends on the world region where a text is set (documents that name none left out)."""
    regions = [region(document) for document in corpus.documents]
    ignore = np.array([name == UNKNOWN for name in regions], dtype=bool)
    found = {}
    for task in (task for task in corpus.schema.tasks if task.tier == 1):
        column = composition.values_of(corpus, task.id)
        if task.kind == "ordinal":
            marked = {task.id: [value for (value,) in column]}
        else:
            marked = {
                f"{task.id}={value}": ["yes" if value in values else "no" for values in column]
                for value in task.values
            }
        for name, labels in marked.items():
            found[name] = independence(labels, regions, corpus.stories, seed, permutations, ignore)
    return found


def dependent(found: dict[str, Dependence], level: float = LEVEL) -> list[str]:
    """The labels that depend on the region, at a family-wise error of `level` (Bonferroni)."""
    return [name for name, one in found.items() if one.p_value * len(found) <= level]


def _records(root: Path) -> dict[str, list[Annotation]]:
    folder = root / "labels" / "annotations"
    return {name: load_annotations(folder / below) for name, below in _FOLDERS.items()}


def _share(part: Collection[str], whole: Collection[str]) -> float:
    return len(part) / max(1, len(whole))


def _quotas(
    corpus: Corpus, test: Sequence[bool], second: set[str], made: dict[str, Tally],
    kinds: dict[str, Genre], twins: dict[int, Twins], regional: list[str], strays: int,
) -> tuple[Quota, ...]:  # fmt: skip
    n = len(corpus.documents)
    ids = [document.id for document in corpus.documents]
    tested = [name for name, held in zip(ids, test, strict=True) if held]
    acted_upon = len(composition.acted_upon(corpus))
    clear = composition.unlabelled(corpus, ("forced_criminality", "victim_criminalisation"))
    full = [genre for name, genre in kinds.items() if name != "all" and genre.documents >= 30]
    paired = sum(found.groups >= 4 for found in twins.values())
    found = [
        Quota("documents", 2600, n),
        Quota("passages", 15_000, sum(len(passages) for passages in corpus.passages)),
        Quota("genres of 30 documents or more", 22, len(full)),
        Quota("share without forced criminality or victim criminalisation", 0.5, clear / max(1, n)),
        *(Quota(name, wanted, made[name].documents) for name, wanted in _WANTED.items()),
        Quota("victim criminalisation absent, police action", 400, acted_upon),
        *(
            Quota(f"{task}={value}", wanted, made[f"{task}={value}"].documents)
            for task, wanted in _WANTED_EACH.items()
            for value in corpus.schema.task(task).values
        ),
        Quota("contrast types with 4 twin groups or more", len(twins), paired),
        Quota("near-duplicate pairs outside declared twins", 0, strays, at_most=True),
        Quota("labels that depend on the world region", 0, len(regional), at_most=True),
        Quota("share coded twice", 0.2, _share(second & set(ids), ids)),
        Quota("share of the test split coded twice", 1, _share(second & set(tested), tested)),
        Quota("share in the test split", 0.15, _share(tested, ids)),
    ]  # fmt: skip
    return tuple(found)


def _covered(covered: Array, total: Array, weights: Array) -> Array:
    return np.asarray((weights @ covered) / np.maximum(1, weights @ total))


def _outside(file: Path, ours: Texts, known: frozenset[str], masks: Masks) -> Outside:
    if not file.is_file():
        raise MissingInput(f"{file}: no such file; expected one object with a text a line")
    documents, sets = [], []
    for number, row in json_lines(file):
        if not isinstance(row.get("text"), str):
            raise CorpusError(f"{file.name}, line {number}: no text; expected text, perhaps set")
        documents.append(Document(str(row.get("id", number)), row["text"]))
        sets.append(str(row.get("set", "")))
    if not documents:
        raise CorpusError(f"{file.name}: no documents; expected one object with a text a line")
    found = stories(documents)
    theirs = diversity.masked_documents(documents, found, masks)
    counts = np.array(diversity.coverage(known, theirs), dtype=np.float64)
    groups = {name: np.array([s == name for s in sets]) for name in sorted(set(sets)) if name}
    shares = {
        name: bootstrap(
            name, _covered, counts[mask, 0], counts[mask, 1],
            [story for story, kept in zip(found, mask, strict=True) if kept],
        )
        for name, mask in (groups | {"all": np.ones(len(sets), dtype=bool)}).items()
    }  # fmt: skip
    tokens = int(counts[:, 1].sum())
    return Outside(
        shares,
        tuple(diversity.distinct(theirs, n) for n in (1, 2, 3)),
        tuple(diversity.distinct(ours, n, tokens) for n in (1, 2, 3)),
        tuple(one for n in (1, 2, 3) for one in diversity.overused(ours, theirs, n)),
    )


def _written(corpus: Corpus) -> tuple[list[Document], list[str]]:
    """The documents, and their stories, that were written for the corpus; those received
    are what they are."""
    written = [bool(document.meta.get("written")) for document in corpus.documents]
    part = corpus.subset(written)
    return list(part.documents), list(part.stories)


def survey(root: Path, external: Path | None = None) -> Survey:
    """The corpus of a checkout, surveyed; beside outside texts (JSONL, `text` and perhaps
    `set`) when given. Raises CorpusError when it does not fit together."""
    corpus = load_corpus(root)
    test = test_mask(corpus, root / "labels")
    masks = Masks(lookup(mask_lines(root / "labels" / "masks")))
    texts = diversity.masked(corpus, masks)
    known = diversity.vocabulary(texts.subset([not held for held in test]), KNOWN)
    records = _records(root)
    made, kinds = composition.labels(corpus), composition.genres(corpus)
    twins = composition.contrasts(corpus, load_contrasts(root / "labels" / "contrasts.toml"))
    strays = tuple(diversity.stray_duplicates(*_written(corpus)))
    regional = dependence(corpus)
    return Survey(
        signature=f"corpus:{corpus.fingerprint[:12]}|schema:{corpus.schema.version}",
        size=composition.tally(corpus),
        words=int(composition.words(corpus).sum()),
        quotas=_quotas(
            corpus, test, {record.document for record in records["second"]}, made, kinds,
            twins, dependent(regional), len(strays),
        ),
        splits={
            "train": composition.tally(corpus.subset([not held for held in test])),
            "test": composition.tally(corpus.subset(test)),
        },
        codings=composition.codings(records),
        differences=composition.differences(corpus.schema, *records.values()),
        genres=kinds,
        regions=dict(sorted(Counter(map(region, corpus.documents)).items())),
        labels=made,
        together=composition.together(corpus),
        contrasts=twins,
        acted_upon=len(composition.acted_upon(corpus)),
        dependence=regional,
        distinct=tuple(diversity.distinct(texts, n) for n in (1, 2, 3)),
        growth=tuple(diversity.growth(texts)),
        duplicates=strays,
        runs=tuple(repeats.runs(texts)),
        frames=tuple(repeats.frames(texts)),
        lines={where: tuple(repeats.lines(texts, where)) for where in _PLACES},
        outside=_outside(external, texts, known, masks) if external else None,
    )  # fmt: skip
