"""Files or standard input to written labels: what `tcls predict` does, without a parser.

Kept apart from the command because loading a command-line library costs more than reading
an article: `tcls predict FILE…` without options comes here at once.
"""

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from os import environ
from pathlib import Path

from tcls.classifier import Classifier, Prediction
from tcls.errors import InputError, UsageError
from tcls.reading.detect import check_encoding
from tcls.reading.document import Document
from tcls.reading.plain import read_documents

#: Fewer documents than this are scored without loading numpy.
_FEW = 8


def _keep(predictions: Iterable[Prediction], tasks: list[str], text: bool) -> Iterator[Prediction]:
    for prediction in predictions:
        if tasks:
            kept = {name: prediction.tasks[name] for name in tasks}
            prediction = replace(prediction, tasks=kept)
        yield prediction if text else prediction.without_text()


def _write(predictions: Iterable[Prediction], form: str, several: bool) -> None:
    from tcls.report import records, terminal

    if form == "table":
        colour = (
            sys.stdout.isatty() and not environ.get("NO_COLOR") and environ.get("TERM") != "dumb"
        )
        try:
            width = int(environ.get("COLUMNS", "100"))
        except ValueError:
            width = 100
        lines = terminal.as_table(predictions, colour, width)
    elif form == "json":
        lines = records.as_json(predictions, several)
    elif form == "jsonl":
        lines = records.as_json_lines(predictions)
    else:
        lines = records.as_csv(predictions)
    for line in lines:
        print(line)


class Batch:
    """The documents of `files` that can be read, one after another. Each of the others has a
    line on standard error and stands in `failed`; the batch goes on. Raises UsageError at once
    for an encoding that does not exist."""

    def __init__(self, files: Sequence[str], encoding: str | None = None):
        if encoding is not None:
            check_encoding(encoding)
        self.files, self.encoding = files, encoding
        self.failed: list[InputError] = []

    def __iter__(self) -> Iterator[Document]:
        for item in read_documents(self.files, self.encoding):
            if isinstance(item, InputError):
                self.failed.append(item)
                print(f"tcls: {item}", file=sys.stderr)
            else:
                yield item

    @property
    def exit_code(self) -> int:
        """0, that of the one file that could not be read, or 1 for some of several."""
        if not self.failed:
            return 0
        return self.failed[0].exit_code if len(self.files) == 1 else 1


def label(
    files: Sequence[str], form: str = "table", aim: str = "f1", tasks: Sequence[str] = (),
    text: bool = True, model: Path | None = None, encoding: str | None = None,
) -> int:  # fmt: skip
    """Judge `files` ("-" is standard input) and print what is found; `form` is "table", "json",
    "jsonl" or "csv".

    Returns the exit code: 0, or what stands against files that could not be read; each of
    them has a line on standard error and the others are judged. Raises UsageError for an
    unknown task, aim or encoding.
    """
    classifier = Classifier.load(model, aim)
    asked: list[str] = []
    if tasks:
        from tcls.schema import load_schema

        found = [load_schema().task(name) for name in tasks]
        if later := [task.id for task in found if task.tier > 1]:
            raise UsageError(
                f"{later[0]} is annotated but not predicted; tcls labels lists the tasks"
            )
        asked = [task.id for task in found]
    batch = Batch(files, encoding)
    judged = map(classifier.predict, batch) if len(files) < _FEW else classifier.predict_many(batch)
    _write(_keep(judged, asked, text), form, len(files) > 1)
    return batch.exit_code
