"""The lists of labels/ as lines of a model's tables: names to mask, seed phrases."""

import tomllib
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

from tcls.errors import CorpusError
from tcls.text.masks import Masks
from tcls.text.phrases import expand

#: Mask lists, strongest first: a name that stands in two lists belongs to the first.
MASK_FILES = {"place": "<place>", "settlement": "<place>", "person": "<person>"}


def mask_lines(folder: Path) -> list[str]:
    """Lines "name<TAB>tag" of `folder`/place.txt, settlement.txt and person.txt.

    A name with "*" behind it, and every name of the last two files, gets a tag with "*":
    it counts only when capitalised. The first word of longer names gets "+".
    """
    tags: dict[str, str] = {}
    for name, tag in MASK_FILES.items():
        try:
            text = (folder / f"{name}.txt").read_text(encoding="utf-8")
        except OSError as fault:
            raise CorpusError(f"labels/masks/{name}.txt: {fault.strerror}") from fault
        for line in text.splitlines():
            if line and not line.startswith("#"):
                capital = line.endswith("*") or name != "place"
                tags.setdefault(line.rstrip("*"), tag + "*" * capital)
    for long in [name for name in tags if " " in name]:
        first = long.split(" ", 1)[0]
        tags[first] = tags.get(first, "").rstrip("+") + "+"
    return [f"{name}\t{tag}" for name, tag in tags.items()]


def lexicon_lines(file: Path) -> list[str]:
    """Lines "phrase<TAB>classes" of lexicon.toml, patterns expanded and words folded as the
    masks fold them, and lines "^word<TAB>n" for the longest phrase that a word begins.

    Raises CorpusError for a file that is not TOML or a pattern that is too wide.
    """
    fold = Masks(lambda _: "")
    found: dict[str, set[str]] = defaultdict(set)
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
        for entry in table["class"]:
            for mark, patterns in (("", entry["phrases"]), ("!", entry.get("vetoes", []))):
                for pattern in patterns:
                    for words in expand(pattern):
                        found[" ".join(fold[word] for word in words)].add(mark + entry["id"])
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise CorpusError(f"labels/{file.name}: {fault}") from fault
    reach: dict[str, int] = defaultdict(int)
    for phrase in found:
        words = phrase.split(" ")
        reach["^" + words[0]] = max(reach["^" + words[0]], len(words))
    lines = {phrase: " ".join(sorted(classes)) for phrase, classes in found.items()}
    return [f"{key}\t{value}" for key, value in {**lines, **reach}.items()]


def lookup(lines: Sequence[str]) -> Callable[[str], str]:
    """Lines "key<TAB>value" as the function that a table of them will be."""
    table = dict(line.split("\t", 1) for line in lines)
    return lambda key: table.get(key, "")
