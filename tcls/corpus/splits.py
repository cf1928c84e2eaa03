"""Splits by story: the frozen test split and the folds of cross-fitting."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

from tcls.corpus.dataset import Corpus
from tcls.errors import CorpusError

TEST_FILE = "test_stories.txt"


def _order(story: str, salt: str) -> str:
    return hashlib.sha256(f"{salt}:{story}".encode()).hexdigest()


def _strata(corpus: Corpus) -> dict[str, list[str]]:
    """What each story counts for: the genres and rolled-up values of its documents."""
    found: dict[str, list[str]] = defaultdict(list)
    tasks = [task for task in corpus.schema.tasks if task.tier == 1]
    columns = {task.id: corpus.values(task.id) for task in tasks}
    for i, story in enumerate(corpus.stories):
        found[story].append(f"genre={corpus.documents[i].meta.get('genre', '')}")
        found[story].append("document")
        for name, column in columns.items():
            value = column[i]
            for one in (value,) if isinstance(value, str) else value:
                found[story].append(f"{name}={one}")
    return found


def choose_test(corpus: Corpus, share: float = 0.15, salt: str = "tcls-test-1") -> list[str]:
    """Stories for a test split of about `share` of the documents, balanced over genre and
    every value: stories in a fixed pseudo-random order, each taken when it fills more
    than it overfills (iterative stratification; Sechidis et al. 2011)."""
    strata = _strata(corpus)
    total: Counter[str] = Counter()
    for items in strata.values():
        total.update(items)
    need = {name: share * n for name, n in total.items()}
    chosen = []
    for story in sorted(strata, key=lambda s: _order(s, salt)):
        counts = Counter(strata[story])
        gain = sum(min(n, max(0.0, need[name])) / total[name] for name, n in counts.items())
        loss = sum(max(0.0, n - max(0.0, need[name])) / total[name] for name, n in counts.items())
        if gain > 2 * loss and need["document"] > 0:
            chosen.append(story)
            for name, n in counts.items():
                need[name] -= n
    return sorted(chosen)


def test_mask(corpus: Corpus, labels: Path) -> list[bool]:
    """For each document, whether its story is in the frozen list `labels`/test_stories.txt.

    Raises CorpusError for a story that no longer exists: the list is never remade silently.
    """
    file = labels / TEST_FILE
    try:
        frozen = {
            line.strip()
            for line in file.read_text(encoding="utf-8").splitlines()
            if line.strip() and not line.startswith("#")
        }
    except (OSError, ValueError) as fault:
        raise CorpusError(f"labels/{TEST_FILE}: cannot be read ({fault})") from fault
    if unknown := frozen - set(corpus.stories):
        raise CorpusError(
            f"labels/{TEST_FILE}: no story {sorted(unknown)[0]!r}; restore the document"
        )
    return [story in frozen for story in corpus.stories]


def training_side(corpus: Corpus, labels: Path) -> Corpus:
    """The documents outside the frozen test split. Raises as `test_mask` does."""
    return corpus.subset([not held for held in test_mask(corpus, labels)])


def batch_folds(corpus: Corpus, n: int = 5) -> list[int]:
    """A fold 0 … n-1 for each document; whole batches of writing share it, and so do stories.

    What is learnt on such folds is learnt on texts of other hands and other subjects, as
    new texts are; folds of single stories would flatter. Batches are dealt, largest first,
    to the fold that has fewest documents.
    """
    home = {
        story: str(document.meta.get("batch", ""))
        for story, document in zip(corpus.stories, corpus.documents, strict=True)
    }
    sizes = Counter(home[story] for story in corpus.stories)
    filled = [0] * n
    fold = {}
    for batch, size in sorted(sizes.items(), key=lambda item: (-item[1], item[0])):
        fold[batch] = filled.index(min(filled))
        filled[fold[batch]] += size
    return [fold[home[story]] for story in corpus.stories]


def folds(stories: Sequence[str], n: int = 5, salt: str = "tcls-folds-1") -> list[int]:
    """A fold 0 … n-1 for each item; items of one story share it, whatever their order."""
    return [int(_order(story, salt)[:8], 16) % n for story in stories]
