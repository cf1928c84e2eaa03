"""The lists of labels/ as lines of a model's tables: names to mask, seed phrases."""

import re
import tomllib
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tcls.errors import CorpusError
from tcls.text.masks import Masks
from tcls.text.phrases import variants

#: Mask lists, strongest first: a name that stands in two lists belongs to the first.
MASK_FILES = {"place": "<place>", "settlement": "<place>", "person": "<person>"}


def mask_lines(folder: Path) -> list[str]:
    """Lines "name<TAB>tag" of `folder`/place.txt, settlement.txt and person.txt.

    A name with "*" behind it, and every name of the last two files, gets a tag with "*":
    it counts only when capitalised. What longer names begin with (their first word, their
    first two) gets "+" behind its tag, or "^" when all of these count only when capitalised.
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
                for spelling in _spellings(line.rstrip("*")):
                    tags.setdefault(spelling, tag + "*" * capital)
    begun: dict[str, str] = {}
    for name, tag in tags.items():
        words = name.split(" ")
        for n in range(1, min(3, len(words))):
            first = " ".join(words[:n])
            begun[first] = "^" if tag.endswith("*") and begun.get(first, "^") == "^" else "+"
    names = dict.fromkeys([*tags, *begun])
    return [f"{name}\t{tags.get(name, '')}{begun.get(name, '')}" for name in names]


def _spellings(name: str) -> list[str]:
    """A listed name as texts write it: "cote d ivoire" is d'Ivoire, of which the masks keep
    the "d"; "saint" is "st" too.

    >>> _spellings("cote d ivoire"), _spellings("saint lucia")
    (['cote d ivoire', 'cote d'], ['saint lucia', 'st lucia'])
    """
    elided = re.sub(r"\b([dl]) \w+", r"\1", name)
    found = [name, elided] if elided.endswith((" d", " l")) else [name]
    return found + ["st" + n[5:] for n in found if n.startswith("saint ")]


def kept_names(file: Path) -> list[str]:
    """The names of firms, services and public bodies that may enter a vocabulary."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except OSError as fault:
        raise CorpusError(f"labels/masks/{file.name}: {fault.strerror}") from fault
    return [line for line in lines if line and not line.startswith("#")]


def _filled(pattern: str, words: Mapping[str, str]) -> str:
    """A pattern with the alternatives of `words` in place of their `{names}`."""
    try:
        return re.sub(r"\{(\w+)\}", lambda name: words[name[1]], pattern)
    except KeyError as fault:
        raise ValueError(f"pattern {pattern!r}: {fault} is not among the words") from fault


def _folded(position: str, pattern: str, fold: Masks) -> str:
    """The alternatives of a position, as texts have them. A word that becomes a tag would
    stand for all that do: "web3" for any number."""
    forms = dict.fromkeys(fold[word] for word in position.split("|"))
    if tags := [form for form in forms if form.startswith("<")]:
        raise ValueError(f"pattern {pattern!r}: a word of it is masked as {tags[0]}")
    return "|".join(forms)


def lexicon_lines(file: Path) -> list[str]:
    """The lines that `tcls.text.phrases` looks up: "#n<TAB>class positions" for each pattern
    without optional positions, and "word<TAB>n n n" for each word that begins some.
    `{name}` in a pattern stands for the alternatives that the table `words` gives that name.
    Words are folded as the masks fold them.

    Raises CorpusError for a file that is not TOML, a name that `words` lacks, a word that is
    masked, and a pattern that is too long.
    """
    fold = Masks(lambda _: "")
    rows: dict[str, None] = {}
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
        words = table.get("words", {})
        for entry in table["class"]:
            for mark, patterns in (("", entry["phrases"]), ("!", entry.get("vetoes", []))):
                for pattern in patterns:
                    for variant in variants(_filled(pattern, words)):
                        positions = (_folded(p, pattern, fold) for p in variant.split(" "))
                        rows[f"{mark}{entry['id']} {' '.join(positions)}"] = None
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise CorpusError(f"labels/{file.name}: {fault}") from fault
    first: dict[str, list[str]] = defaultdict(list)
    lines = []
    for number, row in enumerate(rows):
        lines.append(f"#{number}\t{row}")
        for word in row.split(" ")[1].split("|"):
            first[word].append(str(number))
    return lines + [f"{word}\t{' '.join(numbers)}" for word, numbers in first.items()]


def lookup(lines: Sequence[str]) -> Callable[[str], str]:
    """Lines "key<TAB>value" as the function that a table of them will be."""
    table = dict(line.split("\t", 1) for line in lines)
    return lambda key: table.get(key, "")
