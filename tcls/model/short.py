"""Short texts: messages, headlines and news flashes have weights of their own.

In a text of two sentences one word says who is arrested, and little else stands beside it; in an
article the same word is one of hundreds. Twins of a sentence or two teach the first and mislead
about the second, so the weights of the tasks that they are about are fitted twice, and the
length of a text decides which are used. Columns of weights for short texts stand behind the
others.
"""

from collections.abc import Collection, Sequence

from tcls.model.gates import Gate


def is_short(passages: Sequence[str], characters: int) -> bool:
    """Whether a text, given as its passages, has fewer than `characters`, wherever it was saved:
    a line end of Windows counts as one."""
    return sum(len(text) - text.count("\r\n") for text in passages) < characters


def own_columns(
    decisions: Sequence[tuple[str, str]], gates: Sequence[Gate], tasks: Collection[str]
) -> tuple[int, ...]:
    """The S of the K + G columns that have weights for short texts: the decisions of `tasks`
    and the gates before them."""
    decided = [k for k, (task, _) in enumerate(decisions) if task in tasks]
    asked = [
        len(decisions) + g for g, gate in enumerate(gates) if not set(gate.opens).isdisjoint(tasks)
    ]
    return (*decided, *asked)


def weight_columns(columns: int, own: Sequence[int], short: bool) -> tuple[int, ...]:
    """For each of the K + G columns of scores the column of weights that a text uses, of
    K + G + S.

    >>> weight_columns(4, (1, 3), False), weight_columns(4, (1, 3), True)
    ((0, 1, 2, 3), (0, 4, 2, 5))
    """
    used = list(range(columns))
    if short:
        for place, column in enumerate(own):
            used[column] = columns + place
    return tuple(used)
