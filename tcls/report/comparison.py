"""Two systems compared, as a table for people."""

import math
from collections.abc import Iterator, Sequence

from tcls.evaluation.comparison import Difference
from tcls.report.measures import HEADINGS, number, with_interval


def as_comparison(one: str, two: str, found: Sequence[Difference]) -> Iterator[str]:
    """Two systems side by side: both values, the paired difference, p."""
    yield f"two less one, paired by document: one is {one}, two is {two}."
    yield "Intervals: 95 %, stories drawn with replacement; p of a permutation test by story."
    for data in dict.fromkeys(d.data for d in found):
        yield ""
        yield f"{data:<58}{'n':>6}{'one':>7}{'two':>7}  {'difference':<23}{'p':>7}"
        for d in found:
            if d.data == data:
                measure = HEADINGS.get(d.measure, d.measure)
                name = f"{d.task}: {d.value} {measure}"
                p = "–" if math.isnan(d.p) else f"{d.p:.3f}"
                yield (
                    f"  {name:<56}{d.score.n:>6}{number(d.one):>7}{number(d.two):>7}"
                    f"  {with_interval(d.score, signed=True):<23}{p:>7}"
                )
