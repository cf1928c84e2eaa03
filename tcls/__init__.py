"""tcls reads texts about scam compounds and says what they report.

Forced criminality, victim criminalisation, non-punishment and scam types, with
calibrated probabilities and the sentences that show them. Scores are about texts,
never about persons.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tcls.classifier import Classifier, Prediction
    from tcls.reading.document import Document

__version__ = "0.1.0"
__all__ = ["Classifier", "Document", "Prediction", "__version__"]

_HOMES = {
    "Classifier": "tcls.classifier",
    "Prediction": "tcls.classifier",
    "Document": "tcls.reading.document",
}


def __getattr__(name: str) -> Any:
    """Load a public name when it is first used: importing tcls does no work."""
    from importlib import import_module

    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'tcls' has no attribute {name!r}")
