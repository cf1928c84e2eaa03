"""The terms a model may know, and documents as rows of their weights."""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence

import numpy as np
import scipy.sparse as sp

from tcls.model.features import Features
from tcls.text.masks import PAUSE, STOP
from tcls.text.tokens import tokens


def proper_names(features: Features, texts: Iterable[str]) -> frozenset[str]:
    """Stems of words that are written with a capital inside sentences at least four times as
    often as in small letters: names, which must not enter a vocabulary. Acronyms, written
    in capitals throughout, are not names in this sense."""
    capital: Counter[str] = Counter()
    small: Counter[str] = Counter()
    for text in texts:
        raw = tokens(text)
        forms, at = features.masks.apply(raw)
        before = STOP
        for form, i in zip(forms, at, strict=True):
            token = raw[i]
            if before not in (STOP, PAUSE) and form[0] != "<" and token[0].isalpha():
                if token[0].islower():
                    small[features.stem(form)] += 1
                elif not token.isupper():
                    capital[features.stem(form)] += 1
            before = form
    return frozenset(stem for stem, n in capital.items() if n >= 4 * (small[stem] + 0.5))


def build_vocabulary(
    terms: Sequence[Iterable[str]], stories: Sequence[str], least: int,
    without: frozenset[str] = frozenset(), stem: Callable[[str], str] = str,
) -> list[str]:  # fmt: skip
    """The terms that stand in at least `least` independent stories and hold no stem of
    `without`, sorted by UTF-8 bytes. `stem` is what made stems of words."""
    seen: dict[str, set[str]] = defaultdict(set)
    for counts, story in zip(terms, stories, strict=True):
        for term in counts:
            holders = seen[term]
            if len(holders) < least:
                holders.add(story)

    def named(term: str) -> bool:
        parts = [stem(term[1:])] if term[0] == "=" else term.split(" ")
        return not without.isdisjoint(parts)

    return sorted(
        (term for term, holders in seen.items() if len(holders) >= least and not named(term)),
        key=lambda term: term.encode(),
    )


def inverse_frequency(terms: Sequence[Iterable[str]], rows: dict[str, int]) -> np.ndarray:
    """Smooth idf over passages: log((1 + n) / (1 + df)) + 1, as scikit-learn has it."""
    df = np.zeros(len(rows))
    for counts in terms:
        for term in set(counts):
            if (row := rows.get(term)) is not None:
                df[row] += 1
    return np.log((1 + len(terms)) / (1 + df)) + 1


def matrix(
    terms: Sequence[Counter[str]], rows: dict[str, int], idf: np.ndarray, smoothing: float = 0.0
) -> sp.csr_matrix:
    """n×V: (1 + log tf)·idf, each row divided by sqrt(‖row‖² + smoothing). `rows` are the terms
    that count; `idf` has one value for each of the V columns.

    Without smoothing this is scikit-learn's TfidfVectorizer(sublinear_tf=True).
    """
    data: list[float] = []
    index: list[int] = []
    ends = [0]
    scale = idf.tolist()
    for counts in terms:
        known = sorted((rows[t], n) for t, n in counts.items() if t in rows)
        values = [(1 + math.log(n)) * scale[row] for row, n in known]
        norm = math.sqrt(sum(v * v for v in values) + smoothing) or 1.0
        data += [v / norm for v in values]
        index += [row for row, _ in known]
        ends.append(len(index))
    return sp.csr_matrix((data, index, ends), shape=(len(terms), len(idf)))
