"""What a file becomes: a text with an id and what is known of where it came from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Document:
    """A text as read. All offsets anywhere in tcls are code points of `text`.

    `meta` holds `path`, `format`, `encoding` and `truncated` for files, and
    whatever a seed record says of itself for documents of the corpus.
    """

    id: str
    text: str
    meta: Mapping[str, Any] = field(default_factory=dict)
