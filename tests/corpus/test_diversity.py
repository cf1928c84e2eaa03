"""What repeats in a corpus, how its words grow and reach, and what it is made of."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcls.corpus import composition, diversity, repeats
from tcls.corpus.composition import Coding, Differences, Tally, Twins
from tcls.corpus.diversity import Texts
from tcls.reading.document import Document
from tcls.text.masks import Masks

PLACES = {"lima": "<place>*", "accra": "<place>*", "oslo": "<place>*", "suva": "<place>*"}
MASKS = Masks(lambda word: PLACES.get(word, ""))
WIRE = (
    "Guards held forty people behind the wall, a relief group said. Police freed them on the "
    "second night. Nobody was charged, and the building stands empty to this day."
)


def texts(*bodies: str, stories: str = "") -> Texts:
    """Documents d0, d1 … of stories named by letters; each its own if none are given."""
    documents = [Document(f"d{i}", body) for i, body in enumerate(bodies)]
    names = list(stories) or [document.id for document in documents]
    return diversity.masked_documents(documents, names, MASKS)


small = st.lists(
    st.lists(st.sampled_from(["the", "clerk", "was", "sent", "to", "Lima", "."]), max_size=14)
    .map(" ".join),
    max_size=8,
).map(lambda bodies: texts(*bodies, stories="abcdabcd"[: len(bodies)]))  # fmt: skip


def test_names_are_masked_and_sentences_kept_apart() -> None:
    found = texts("He left Lima. She stayed; so did Oslo.\n\nAll is well")
    assert found.passages[0] == (
        (("they", "left", "<place>"), ("they", "stayed", "so", "did", "<place>")),
        (("all", "is", "well"),),
    )


def test_distinct_n_grams_do_not_cross_sentences() -> None:
    found = diversity.distinct(texts("a clerk saw a clerk. a clerk left"), 2)
    # an clerk · clerk saw · saw an · an clerk | an clerk · clerk left
    assert (found.distinct, found.total, found.share) == (4, 6, pytest.approx(4 / 6))


def test_growth_counts_types_among_the_first_tokens() -> None:
    words = " ".join(f"w{'abcdefghij'[i // 10 % 10]}{'abcdefghij'[i % 10]}" for i in range(1500))
    assert diversity.growth(texts(words)) == [(1000, 100), (1500, 100)]
    assert diversity.growth(texts()) == []


def test_a_word_is_known_when_enough_stories_hold_it() -> None:
    found = texts("red blue", "red", "red", "blue", "blue", stories="abcaa")
    known = diversity.vocabulary(found, least=3)
    assert known == {"red"}
    assert diversity.coverage(known, found) == [(1, 2), (1, 1), (1, 1), (0, 1), (0, 1)]


def test_words_that_only_we_use_are_overused() -> None:
    ours, theirs = texts(*["a lucky heron"] * 12), texts(*["a lucky clerk"] * 6)
    (found,) = diversity.overused(ours, theirs, 1)
    assert (found.words, found.ours, found.theirs) == (("heron",), 1, 0)


@pytest.mark.parametrize("metas", [({"twin": "x"}, {"twin": "x"}), ({"twin": "b"}, {"twin": "a"}),
                                   ({}, {"twin": "a"})])  # fmt: skip
def test_twins_share_a_name_or_name_each_other(metas) -> None:
    documents = [Document(name, WIRE, meta) for name, meta in zip("ab", metas, strict=True)]
    assert diversity.twin_groups(documents) == ["a", "a"]
    assert diversity.stray_duplicates(documents, ["a", "a"]) == []


def test_near_duplicates_that_are_no_twins_are_found() -> None:
    documents = [Document("a", WIRE), Document("b", WIRE), Document("c", "Another matter.")]
    assert diversity.stray_duplicates(documents, ["a", "a", "c"]) == [("a", "b", 1.0)]


LONG = "the old mill by the river burned down in {} last night while nobody watched"


def test_a_run_that_recurs_with_another_place_is_one_run() -> None:
    found = texts(*(LONG.format(name) for name in ("Lima", "Accra", "Oslo", "Suva")))
    (run,) = repeats.runs(found)
    assert " ".join(run.words) == LONG.format("<place>")
    assert run.documents == ("d0", "d1", "d2", "d3")


def test_copies_in_one_story_are_no_rut() -> None:
    found = texts(*[LONG.format("Lima")] * 4, stories="aabc")
    assert repeats.runs(found) == []
    assert len(repeats.runs(found, least=3)) == 1


def test_a_frame_is_a_sentence_start_without_its_content() -> None:
    found = texts(
        "The owner of the shop was on his way.", "The wife of the mayor was in their car.",
        "The end of the road was at our feet.", "The name of the boat was on every list.",
        "Rain fell hard over seven coastal towns yesterday.",
    )  # fmt: skip
    assert repeats.frames(found, n=7) == []  # on, in, at: three frames
    (frame,) = repeats.frames(found, n=6)
    assert (" ".join(frame.words), frame.documents) == (
        "the _ of the _ was", ("d0", "d1", "d2", "d3"),
    )  # fmt: skip


def test_first_and_last_lines_are_counted_where_they_stand() -> None:
    body = "Ten held\n\nGood morning from Lima. {}\n\nMore of it here. The next meeting is in May."
    found = texts(*(body.format(word) for word in ("Rain.", "Snow.", "Hail.", "Sleet.")))
    shown = {where: [" ".join(r.words) for r in repeats.lines(found, where)]
             for where in ("title", "opening", "closing", "paragraph")}  # fmt: skip
    assert shown == {
        "title": [],  # "<number> held" has one word beside its mask
        "opening": ["good morning from <place>"],
        "closing": ["the next meeting is"],
        "paragraph": ["good morning from <place>", "more of it here"],
    }


@given(small)
def test_every_recurring_n_gram_lies_in_a_run(found: Texts) -> None:
    runs = repeats.runs(found, n=3, least=2)
    for gram in diversity.held(found, diversity.grams(found, 3), 2):
        assert any(gram == run.words[i : i + 3] for run in runs for i in range(len(run.words) - 2))
    for run in runs:
        stories = {found.stories[found.ids.index(name)] for name in run.documents}
        assert len(stories) == len(run.documents) >= 2


@given(small)
def test_growth_rises_to_what_distinct_counts(found: Texts) -> None:
    one = diversity.distinct(found, 1)
    curve = diversity.growth(found)
    assert curve == sorted(curve)
    assert (curve[-1] if curve else (0, 0)) == (one.total, one.distinct)
    assert diversity.distinct(found, 1, one.total) == one
    covered = diversity.coverage(diversity.vocabulary(found, 1), found)
    assert all(known == total for known, total in covered)


def test_labels_are_counted_in_documents_stories_and_passages(checkout) -> None:
    corpus = checkout.load()
    found = composition.labels(corpus)
    assert composition.tally(corpus) == Tally(6, 5, 12)
    assert found["forced_criminality=absent"] == Tally(2, 2, 7)
    assert found["forced_criminality=possible"] == Tally(2, 2, 3)
    assert found["forced_criminality=present"] == Tally(2, 2, 2)
    assert found["scam_type=romance"] == Tally(2, 2, 2)
    assert found["scam_type=unspecified"] == Tally(1, 1, 1)


def test_labels_that_stand_together_are_counted_by_document(checkout) -> None:
    found = composition.together(checkout.load())
    assert found["scam_type=romance"]["scam_type=business"] == 1
    assert found["forced_criminality=present"]["scam_type=romance"] == 2
    assert found["scam_type=romance"]["scam_type=romance"] == 2
    assert "forced_criminality=absent" not in found


def test_documents_without_any_label_of_a_task_are_counted(checkout) -> None:
    assert composition.unlabelled(checkout.load(), ("forced_criminality", "scam_type")) == 1


def test_genres_have_their_lengths(checkout) -> None:
    found = composition.genres(checkout.load())
    assert {name: genre.documents for name, genre in found.items()} == {
        "blog": 2, "law": 2, "news": 2, "all": 6,
    }  # fmt: skip
    assert found["law"].words == (14, 14, 14, 14, 14, 14, 15)
    assert found["law"].share == pytest.approx(1 / 3)


def test_contrast_groups_are_declared_twins(checkout) -> None:
    for row in checkout.rows[:3]:
        row["contrast"] = 7
    assert composition.contrasts(checkout.load(), (7, 8)) == {7: Twins(3, 1), 8: Twins(0, 0)}


def test_police_action_counts_only_without_criminalised_victims(checkout) -> None:
    corpus = checkout.load()
    assert composition.acted_upon(corpus) == []  # "police freed them" is no act against anyone
    passages = list(corpus.passages)
    text = "Two were arrested and charged with theft."
    documents = [replace(corpus.documents[0], text=text), replace(corpus.documents[1], text=text)]
    found = [
        tuple(replace(p, span=type(p.span)(0, len(text))) for p in passages[i][:1]) for i in (0, 1)
    ]
    found[1] = tuple(
        replace(p, values=p.values | {"victim_criminalisation": "present"}) for p in found[1]
    )
    part = replace(
        corpus, documents=tuple(documents), passages=tuple(found), stories=corpus.stories[:2]
    )
    assert composition.acted_upon(part) == [documents[0].id]


def test_coders_are_told_apart(checkout) -> None:
    records = {"first": checkout.records, "second": []}
    assert composition.codings(records) == {"first: me": Coding(6, 24)}


def test_differences_of_two_codings_are_counted(checkout) -> None:
    schema, first = checkout.load().schema, checkout.records
    ordinal = [record for record in first if record.task == "forced_criminality"]
    second = [replace(record, value="present", coder="you") for record in ordinal]
    found = composition.differences(schema, first, second, second[:3])
    assert found == Differences(compared=12, differ=10, decided=2)  # a's body, d's title: present
