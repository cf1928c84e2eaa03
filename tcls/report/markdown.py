"""Pieces of Markdown as lines, in which no name can leave its place."""

from collections.abc import Iterable, Iterator, Sequence

from tcls.report.terminal import printable


def cell(text: object) -> str:
    """Text for a cell or a line: no mark-up of a table, of HTML or of code.

    >>> cell("a|b <i>")
    'a\\\\|b &lt;i>'
    """
    shown = printable(str(text)).replace("\\", "\\\\").replace("|", "\\|")
    return shown.replace("<", "&lt;").replace("`", "'")


def code(text: str) -> str:
    """Text as code, outside tables."""
    return f"`{printable(text).replace('`', chr(39))}`"


def words(name: str) -> str:
    """A name as words: "calls_for" is "calls for"."""
    return name.replace("_", " ")


def table(
    head: Sequence[str], rows: Iterable[Sequence[object]], rest: str = "--:"
) -> Iterator[str]:
    """A table whose first column is words and whose others are numbers (`rest` "---": words)."""
    yield "| " + " | ".join(head) + " |"
    yield "|---|" + f"{rest}|" * (len(head) - 1)
    for row in rows:
        yield "| " + " | ".join(map(cell, row)) + " |"
    yield ""


def items(texts: Iterable[str]) -> Iterator[str]:
    """A list of lines that are Markdown already."""
    for text in texts:
        yield f"- {text}"
    yield ""


def section(title: str) -> Iterator[str]:
    """A heading."""
    yield f"## {title}"
    yield ""
