"""Everything that can go wrong on purpose.

    TclsError                    exit code   when
    ├── UsageError                       2   the call itself is wrong
    ├── CheckFailed                      3   a check or rerun found a difference
    ├── InputError                      65   a file cannot be read as a document
    │   └── MissingInput                66   there is no such file
    ├── CorpusError                     65   seeds, labels or annotations contradict each other
    ├── ExtraMissing                    69   an optional extra is not installed
    ├── OutputError                     73   a result cannot be written
    └── ModelRefused                    76   a model folder is damaged, altered or of another format

Every message is one line: where, what was found, what was expected, how to mend it.
"""


class TclsError(Exception):
    """Base of all errors that a user can mend. `exit_code` is what the command line returns."""

    exit_code = 70


class UsageError(TclsError):
    """A parameter, name or setting that does not exist or does not fit."""

    exit_code = 2


class CheckFailed(TclsError):
    """A check, or the rerun of an experiment, found a difference."""

    exit_code = 3


class InputError(TclsError):
    """A file that cannot be read as a document. `code` names the kind of fault."""

    exit_code = 65

    def __init__(self, message: str, code: str = "unreadable"):
        super().__init__(message)
        self.code = code


class MissingInput(InputError):
    """A file that does not exist."""

    exit_code = 66

    def __init__(self, message: str):
        super().__init__(message, "missing")


class CorpusError(TclsError):
    """Seeds, schema or annotations that do not fit each other."""

    exit_code = 65


class ExtraMissing(TclsError):
    """A command that needs an optional extra which is not installed."""

    exit_code = 69


class OutputError(TclsError):
    """A result that cannot be written."""

    exit_code = 73


class ModelRefused(TclsError):
    """A model folder that is damaged, altered, incomplete or of another format."""

    exit_code = 76
