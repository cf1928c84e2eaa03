"""How far coders agree: Krippendorff's alpha and what stands beside it.

A unit is a passage; its codes are one value for each coder, None where a coder did not
code it. Values are names (nominal or ordinal), or sets of names (MASI distance).
"""

import math
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from tcls.errors import UsageError

Array = np.ndarray
Codes = Sequence[Hashable | None]
#: Distances V×V of V values (Krippendorff's δ²); ordinal ones depend on how often each
#: value was given, which is the argument.
Distance = Callable[[Array], Array]


@dataclass(frozen=True, slots=True)
class Agreement:
    """An agreement in [low, high] over `n` units that at least two coders coded. NaN where
    it is not defined: no such unit, or nothing but one value."""

    name: str
    value: float
    low: float
    high: float
    n: int


def masi(one: frozenset[str], two: frozenset[str]) -> float:
    """Distance of two sets, 1 − J·M: J the Jaccard index, M 1 for equal sets, 2/3 when
    one holds the other, 1/3 when they overlap, 0 when they do not (Passonneau 2006).

    >>> masi(frozenset("ab"), frozenset("abc"))
    0.5555555555555556
    """
    if one == two:
        return 0.0
    shared = one & two
    monotone = 2 / 3 if one <= two or two <= one else 1 / 3 if shared else 0.0
    return 1 - len(shared) / len(one | two) * monotone


def nominal(values: int) -> Distance:
    """All different values are equally far apart."""
    fixed = 1 - np.eye(values)
    return lambda _: fixed


def ordinal(values: int) -> Distance:
    """Values as far apart as units lie between them (Krippendorff 2011): (n_c/2 + what lies
    between + n_k/2)²."""

    def distance(given: Array) -> Array:
        middle = np.cumsum(given) - given / 2
        return np.asarray((middle[:, None] - middle[None, :]) ** 2)

    return distance


class _Coincidences:
    """For each unit, how often each pair of values meets: sparse U×V², pairs over m − 1."""

    def __init__(self, units: Sequence[Codes], values: Sequence[Hashable]):
        self.values = len(values)
        column = {value: i for i, value in enumerate(values)}
        rows: list[int] = []
        cells: list[int] = []
        data: list[float] = []
        for u, codes in enumerate(units):
            given = [_place(column, code) for code in codes if code is not None]
            for i, one in enumerate(given):
                for j, two in enumerate(given):
                    if i != j:
                        rows.append(u)
                        cells.append(one * self.values + two)
                        data.append(1 / (len(given) - 1))
        shape = (len(units), self.values**2)
        self.pairs = sp.csr_matrix((data, (rows, cells)), shape=shape)
        self.paired = len(set(rows))

    def total(self, weights: Array) -> Array:
        """The V×V coincidence matrix when unit u counts `weights[u]` times."""
        summed: Array = self.pairs.T @ weights
        return summed.reshape(self.values, self.values)


def _place(column: dict[Hashable, int], code: Hashable) -> int:
    if code not in column:
        raise UsageError(f"no value {code!r}; expected one of {', '.join(map(str, column))}")
    return column[code]


def _alpha(met: Array, distance: Distance) -> float:
    """1 − observed / expected disagreement of a coincidence matrix."""
    given = met.sum(axis=1)
    n = given.sum()
    apart = distance(given)
    expected = float(given @ apart @ given)
    if n <= 1 or expected <= 0:
        return math.nan
    return 1 - float((n - 1) * (met * apart).sum() / expected)


def _resampled(
    name: str,
    found: _Coincidences,
    measure: Callable[[Array], float],
    stories: Sequence[str],
    resamples: int,
    seed: int,
) -> Agreement:
    """A measure of the coincidence matrix with a 95 % percentile interval; whole stories
    are drawn with replacement."""
    number = {story: i for i, story in enumerate(dict.fromkeys(stories))}
    value = measure(found.total(np.ones(len(stories))))
    if math.isnan(value):
        return Agreement(name, value, math.nan, math.nan, found.paired)
    index, n = np.array([number[story] for story in stories]), len(number)
    drawn = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), size=resamples)
    values = np.array([measure(found.total(row[index].astype(np.float64))) for row in drawn])
    defined = values[~np.isnan(values)]
    low, high = np.quantile(defined, [0.025, 0.975]).tolist() if len(defined) else (value, value)
    return Agreement(name, value, low, high, found.paired)


def alpha(
    units: Sequence[Codes],
    values: Sequence[Hashable],
    stories: Sequence[str],
    *,
    ordered: bool = False,
    resamples: int = 1000,
    seed: int = 0,
) -> Agreement:
    """Krippendorff's alpha over U units (Krippendorff 2011), nominal, or ordinal when
    `ordered`: then `values` ascend. `stories` has the story of each unit.

    Raises UsageError for a code that is not among `values`.
    """
    distance = (ordinal if ordered else nominal)(len(values))
    found = _Coincidences(units, values)
    name = "ordinal alpha" if ordered else "nominal alpha"
    return _resampled(name, found, lambda met: _alpha(met, distance), stories, resamples, seed)


def alpha_of_sets(
    units: Sequence[Sequence[frozenset[str] | None]],
    stories: Sequence[str],
    *,
    resamples: int = 1000,
    seed: int = 0,
) -> Agreement:
    """Krippendorff's alpha of sets of values, with the MASI distance as it is (not squared;
    Passonneau 2006). Two empty sets agree."""
    values = sorted({c for codes in units for c in codes if c is not None}, key=sorted)
    fixed = np.array([[masi(one, two) for two in values] for one in values])
    found = _Coincidences(units, values)
    return _resampled(
        "alpha of sets", found, lambda met: _alpha(met, lambda _: fixed), stories, resamples, seed
    )


def specific_agreement(
    units: Sequence[Sequence[bool | None]],
    stories: Sequence[str],
    *,
    resamples: int = 1000,
    seed: int = 0,
) -> tuple[Agreement, Agreement]:
    """Positive and negative agreement: given that one coder says yes (no), the chance that
    another does. For two coders 2a/(2a + b + c) and 2d/(2d + b + c) (Cicchetti & Feinstein
    1990). To be read beside alpha, which is low for rare labels."""
    found = _Coincidences(units, (False, True))

    def share(k: int) -> Callable[[Array], float]:
        return lambda met: float(met[k, k] / met[k].sum()) if met[k].sum() else math.nan

    positive = _resampled("positive agreement", found, share(1), stories, resamples, seed)
    return positive, _resampled("negative agreement", found, share(0), stories, resamples, seed)
