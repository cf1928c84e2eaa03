"""The lists of labels/ as lines of tables."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcls.errors import CorpusError
from tcls.model.lists import kept_names, lexicon_lines, lookup, mask_lines
from tcls.text.masks import Masks, fold
from tcls.text.phrases import Phrases
from tcls.text.table import table_bytes
from tcls.text.tokens import tokens

#: Words that are not masked, as the name of a currency is.
WORD = st.text("abcdefg", min_size=1, max_size=4).filter(lambda w: Masks(lambda _: "")[w] == w)
POSITION = st.lists(WORD, min_size=1, max_size=3, unique=True)


def masks(folder: Path, place: str, settlement: str = "", person: str = "") -> list[str]:
    for name, text in (("place", place), ("settlement", settlement), ("person", person)):
        (folder / f"{name}.txt").write_text(text, "utf-8")
    return mask_lines(folder)


def lexicon(folder: Path, text: str) -> list[str]:
    file = folder / "lexicon.toml"
    file.write_text(text, "utf-8")
    return lexicon_lines(file)


def entry(*patterns: list[list[str]]) -> str:
    """One class with these phrases, each a list of positions."""
    phrases = [" ".join("|".join(position) for position in pattern) for pattern in patterns]
    return f'[[class]]\nid = "x:y"\nphrases = {phrases!r}\n'


# Masks


def test_a_country_counts_in_small_letters_and_a_person_only_with_a_capital(tmp_path: Path) -> None:
    assert masks(tmp_path, "# a comment\nlaos\n\npolish*\n", "mandalay\n", "kim\n") == [
        "laos\t<place>", "polish\t<place>*", "mandalay\t<place>*", "kim\t<person>*",
    ]  # fmt: skip


def test_a_name_in_two_lists_belongs_to_the_first(tmp_path: Path) -> None:
    assert masks(tmp_path, "jordan\n", "", "jordan\n") == ["jordan\t<place>"]


def test_what_longer_names_begin_with_is_marked(tmp_path: Path) -> None:
    assert masks(tmp_path, "south korea\nunited arab emirates\nnew*\nnew york\n") == [
        "south korea\t<place>", "united arab emirates\t<place>", "new\t<place>*+",
        "new york\t<place>", "south\t+", "united\t+", "united arab\t+",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["place", "settlement", "person"])
def test_a_missing_list_is_named(tmp_path: Path, name: str) -> None:
    masks(tmp_path, "laos\n")
    (tmp_path / f"{name}.txt").unlink()
    with pytest.raises(CorpusError, match=rf"labels/masks/{name}\.txt: No such file"):
        mask_lines(tmp_path)


@given(
    st.lists(st.lists(WORD, min_size=1, max_size=5).map(" ".join), min_size=1, max_size=8),
    st.data(),
)
def test_every_name_of_a_list_is_masked_where_it_stands(
    tmp_path: Path, names: list[str], data: st.DataObject
) -> None:
    found = Masks(lookup(masks(tmp_path, "\n".join(names))))
    name = data.draw(st.sampled_from(names))
    assert found.apply(tokens(f"! {name.title()} !"))[0] == [".", "<place>", "."]


def test_every_name_of_the_shipped_lists_stands_as_the_masks_compare_it(root: Path) -> None:
    for line in mask_lines(root / "labels" / "masks"):
        name = line.split("\t")[0]
        assert " ".join(map(fold, name.split(" "))) == name


def test_every_name_of_several_words_of_the_shipped_lists_is_one_tag(root: Path) -> None:
    lines = mask_lines(root / "labels" / "masks")
    found = Masks(lookup(lines))
    names = [line.split("\t")[0] for line in lines if line.split("\t")[1].strip("+^")]
    written = [" ".join(w[0].upper() + w[1:] for w in n.split(" ")) for n in names if " " in n]
    forms = {name: found.apply(tokens(name))[0] for name in written}
    assert {
        name: row for name, row in forms.items() if row not in (["<place>"], ["<person>"])
    } == {}


def test_the_shipped_lists_make_a_table(root: Path) -> None:
    lines = mask_lines(root / "labels" / "masks")
    data, offsets = table_bytes(lines)
    assert len(offsets) == len(lines) + 1 == len(set(lines)) + 1
    assert data.endswith(b"\n")


def test_names_that_may_enter_a_vocabulary_are_those_without_comments(tmp_path: Path) -> None:
    file = tmp_path / "keep.txt"
    file.write_text("# names\nfacebook\n\ninterpol\n", "utf-8")
    assert kept_names(file) == ["facebook", "interpol"]
    with pytest.raises(CorpusError, match=r"labels/masks/none\.txt: No such file"):
        kept_names(tmp_path / "none.txt")


# The lexicon


def test_a_pattern_is_numbered_and_each_of_its_first_words_points_to_it(tmp_path: Path) -> None:
    text = (
        '[[class]]\nid = "fc:x"\nphrases = ["made|forced to? scam"]\nvetoes = ["made up"]\n'
    )  # fmt: skip
    assert lexicon(tmp_path, text) == [
        "#0\tfc:x made|forced to scam", "#1\tfc:x made|forced scam", "#2\t!fc:x made up",
        "made\t0 1 2", "forced\t0 1",
    ]  # fmt: skip


def test_words_are_folded_as_the_masks_fold_them(tmp_path: Path) -> None:
    text = '[[class]]\nid = "x:y"\nphrases = ["his|her Café", "don\'t|not"]\n'
    assert lexicon(tmp_path, text)[:2] == ["#0\tx:y their cafe", "#1\tx:y not"]


def test_a_name_in_a_pattern_stands_for_the_words_that_have_it(tmp_path: Path) -> None:
    text = (
        '[words]\nscam = "scam|scams"\n'
        '[[class]]\nid = "x:y"\nphrases = ["love {scam}", "con|{scam}"]\n'
    )  # fmt: skip
    assert lexicon(tmp_path, text)[:2] == ["#0\tx:y love scam|scams", "#1\tx:y con|scam|scams"]


def test_a_name_without_words_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"'love \{scam\}': 'scam' is not among the words"):
        lexicon(tmp_path, '[[class]]\nid = "x:y"\nphrases = ["love {scam}"]\n')


def test_a_word_that_is_masked_would_stand_for_all_such_words_and_is_an_error(
    tmp_path: Path,
) -> None:
    with pytest.raises(CorpusError, match="a word of it is masked as <number>"):
        lexicon(tmp_path, '[[class]]\nid = "x:y"\nphrases = ["web3|coin scam"]\n')


@pytest.mark.parametrize(
    "text",
    [
        "[[class", "", "class = 3", "[[class]]\nid = 'a'", "[[class]]\nphrases = ['a']",
        "[[class]]\nid = 'a'\nphrases = ['']", "[[class]]\nid = 'a'\nphrases = ['a?']",
        "[[class]]\nid = 'a'\nphrases = ['a b c d e f g h i']",
    ],
)  # fmt: skip
def test_a_lexicon_that_cannot_be_read_is_an_error_that_names_it(tmp_path: Path, text: str) -> None:
    with pytest.raises(CorpusError, match=r"^labels/lexicon\.toml: "):
        lexicon(tmp_path, text)


def test_a_missing_lexicon_is_named(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"labels/lexicon\.toml: .*No such file"):
        lexicon_lines(tmp_path / "lexicon.toml")


@given(st.lists(st.lists(POSITION, min_size=1, max_size=4), min_size=1, max_size=5), st.data())
def test_every_phrase_that_a_pattern_stands_for_is_found(
    tmp_path: Path, patterns: list[list[list[str]]], data: st.DataObject
) -> None:
    finder = Phrases(lookup(lexicon(tmp_path, entry(*patterns))))
    pattern = data.draw(st.sampled_from(patterns))
    words = [fold(data.draw(st.sampled_from(position))) for position in pattern]
    assert any(match.start == 0 and match.end >= len(words) for match in finder.matches(words))


def test_a_look_up_of_an_unknown_key_is_empty() -> None:
    find = lookup(["a\tb\tc", "d\t"])
    assert [find("a"), find("d"), find("b"), find("")] == ["b\tc", "", "", ""]
