"""The corpus: seeds and annotations joined, rolled up, and as a typed data set."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcls.corpus.dataset import Corpus, Passage, load_corpus
from tcls.errors import CorpusError
from tcls.reading.document import Document
from tcls.schema import load_schema
from tcls.text.passages import Span

SCHEMA = load_schema()
VALUES = st.sampled_from(SCHEMA.task("forced_criminality").values)
TYPES = st.sets(st.sampled_from(SCHEMA.task("scam_type").values)).map(
    SCHEMA.task("scam_type").close
)


def test_documents_passages_and_stories_come_together(checkout) -> None:
    corpus = checkout.load()
    assert [document.id for document in corpus.documents] == list("abcdef")
    assert corpus.stories == ("a", "a", "c", "d", "e", "f")
    title, body = corpus.passages[0]
    assert (title.index, title.span, body.index) == (0, Span(0, 15), 1)
    assert body.values["forced_criminality"] == "present"


def test_the_value_of_a_document_is_rolled_up_from_its_passages(checkout) -> None:
    corpus = checkout.load()
    assert corpus.values("forced_criminality") == [
        "present", "absent", "possible", "present", "absent", "possible",
    ]  # fmt: skip
    assert corpus.values("scam_type") == [
        ("romance", "investment", "romance_baiting"), ("unspecified",), (),
        ("romance", "business"), (), ("extortion",),
    ]  # fmt: skip
    assert corpus.values("non_punishment") == [()] * 6
    assert corpus.values("victim_criminalisation") == ["absent"] * 6


def test_a_subset_keeps_texts_passages_and_stories_together(checkout) -> None:
    corpus = checkout.load()
    half = corpus.subset([True, False] * 3)
    assert [document.id for document in half.documents] == ["a", "c", "e"]
    assert half.stories == ("a", "c", "e")
    assert all(
        p.document_id == d.id
        for d, ps in zip(half.documents, half.passages, strict=True)
        for p in ps
    )


def test_the_fingerprint_is_of_texts_and_values_not_of_files(checkout) -> None:
    before = checkout.load().fingerprint
    checkout.rows.reverse()
    checkout.records.reverse()
    assert checkout.load().fingerprint == before
    checkout.records[0] = replace(checkout.records[0], value=("gambling",))
    assert checkout.load().fingerprint != before


def test_an_annotation_whose_text_has_changed_is_refused(checkout) -> None:
    checkout.rows[2]["text"] = str(checkout.rows[2]["text"]) + " More."
    with pytest.raises(CorpusError, match=r"^c \[0, 15\] .*the text has changed.*\(4 faults"):
        checkout.load()


def test_an_unknown_label_is_refused(checkout) -> None:
    checkout.records[0] = replace(checkout.records[0], value="certain")
    with pytest.raises(CorpusError, match="no value 'certain'"):
        checkout.load()


def test_a_document_without_annotations_is_refused(checkout) -> None:
    checkout.records = [record for record in checkout.records if record.document != "e"]
    with pytest.raises(CorpusError, match=r"^e: no annotations"):
        checkout.load()


def test_the_data_set_is_typed_and_split(checkout, python) -> None:
    """In a process of its own, whose home must stay empty: the library can write caches."""
    folder = checkout.write()
    home = {path.name for path in folder.iterdir()}
    code = f"""
import json, sys
from pathlib import Path
from tcls.corpus.dataset import dataset_dict, load_corpus
found = dataset_dict(load_corpus(Path({str(folder)!r})), [False, False, True, False, False, False])
f = found["train"].features
print(json.dumps({{
    "ids": {{name: found[name]["id"][:] for name in found}},
    "names": f["forced_criminality"].names, "types": f["scam_type"].feature.names,
    "d": found["train"][2],
}}))
"""
    done = python(code)
    assert done.returncode == 0, done.stderr.decode()[-500:]
    said = json.loads(done.stdout)
    assert said["ids"] == {"train": ["a", "b", "d", "e", "f"], "test": ["c"]}
    assert said["names"] == ["absent", "possible", "present"]
    assert said["types"] == list(SCHEMA.task("scam_type").values)
    assert said["d"]["forced_criminality"] == 2
    assert [said["types"][i] for i in said["d"]["scam_type"]] == ["romance", "business"]
    assert said["d"]["story"] == "d"
    assert {path.name for path in folder.iterdir()} == home


@pytest.mark.slow
def test_the_corpus_of_the_checkout_loads_and_its_seeds_are_one_story(root: Path, seeds) -> None:
    corpus = load_corpus(root)
    story = {d.id: s for d, s in zip(corpus.documents, corpus.stories, strict=True)}
    assert len({story[name] for name in seeds}) == 1
    for name in seeds:
        i = [d.id for d in corpus.documents].index(name)
        assert corpus.values("forced_criminality")[i] == "present"
        assert corpus.values("victim_criminalisation")[i] == "present"
        assert corpus.values("non_punishment")[i] == ("calls_for",)
        assert corpus.values("scam_type")[i] == ("romance", "business")


@given(st.lists(st.tuples(VALUES, TYPES), max_size=4))
def test_no_passage_can_lower_the_value_of_its_document(passages) -> None:
    order = SCHEMA.task("forced_criminality").values

    def rolled(n: int) -> tuple[str, tuple[str, ...]]:
        coded = tuple(
            Passage("d", i, Span(i, i + 1), {"forced_criminality": v, "scam_type": t}, {}, False)
            for i, (v, t) in enumerate(passages[:n])
        )
        corpus = Corpus(SCHEMA, (Document("d", "x" * 9),), (coded,), ("d",))
        return corpus.values("forced_criminality")[0], corpus.values("scam_type")[0]

    for n in range(len(passages)):
        (value, types), (next_value, next_types) = rolled(n), rolled(n + 1)
        assert order.index(value) <= order.index(next_value)
        assert set(types) - {"unspecified"} <= set(next_types)
