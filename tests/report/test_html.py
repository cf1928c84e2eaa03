"""The evaluation page: self-contained, safe whatever names texts carry, the same every time."""

import re
import sys
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from tcls.errors import ExtraMissing, OutputError
from tcls.evaluation.assess import all_slices, assess, bins, curve, gaps
from tcls.evaluation.behaviour import load_suite, run
from tcls.evaluation.edits import EDITS
from tcls.evaluation.invariance import generated
from tcls.evaluation.overview import Behaviour, External, Overview
from tcls.evaluation.stored import selective_rules

pytest.importorskip("jinja2", reason="the extra report is not installed")
pytest.importorskip("matplotlib", reason="the extra report is not installed")

HOSTILE = "<script>alert(1)</script><img src=https://x.example/a>\"'&"


def predict(text):
    """Sees one nation and nothing else."""
    return {"forced_criminality": "present" if "Kenya" in text else "absent"}


@pytest.fixture
def overview(sample) -> Overview:
    documents = tuple(
        replace(
            d, id=HOSTILE, text="A Kenyan left.", meta={"genre": HOSTILE if i % 2 else "feature"}
        )
        for i, d in enumerate(sample.documents)
    )
    sample = replace(sample, documents=documents, model=HOSTILE)
    test = assess(sample, resamples=20)
    part = External(HOSTILE, test, tuple(gaps(test, test)))
    tests = generated(predict, documents[:2], ["a", "b"], edits=EDITS[:2], additions=[])
    return Overview(
        test, {k: bins(sample, k) for k in range(4)},
        tuple(curve(sample, task, resamples=20) for task in sample.tasks()),
        tuple(all_slices(sample, [0, 2])), selective_rules(sample), (part,),
        Behaviour(run(predict, load_suite()), tests),
    )  # fmt: skip


@pytest.fixture
def page(overview) -> str:
    from tcls.report.html import Page

    return Page().render(overview)


class Tags(HTMLParser):
    """Every tag with its attributes."""

    def __init__(self, text: str):
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def test_nothing_in_it_can_run_or_reach_out(page):
    tags = Tags(page).found
    assert not {"script", "link", "iframe", "object", "embed", "form", "base", "img"} & {
        tag for tag, _ in tags
    }
    for tag, attributes in tags:
        assert not [name for name in attributes if name.startswith("on")]
        for name in ("src", "href", "xlink:href", "action", "data"):
            assert (attributes.get(name) or "#").startswith("#"), (tag, attributes)
    assert not re.search(r"url\((?!#)|@import", page)


def test_the_content_security_policy_comes_first_and_is_strict(page):
    metas = [a for tag, a in Tags(page).found if tag == "meta"]
    assert metas[1]["http-equiv"] == "Content-Security-Policy"
    policy = metas[1]["content"]
    assert policy.startswith("default-src 'none'; img-src data:; style-src 'unsafe-inline'")
    assert page.index("Content-Security-Policy") < page.index("<title>")


def test_hostile_names_are_text(page):
    assert "<script" not in page and "<img" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_it_holds_every_part(page, overview):
    svgs = [a for tag, a in Tags(page).found if tag == "svg"]
    assert len(svgs) == 4
    assert all(a["role"] == "img" and a["aria-label"] for a in svgs)
    for words in ("precision", "Brier", "average precision", "threshold", "share sent",
                  "nationality: one word", "bosses arrested", "gap", "never about a person",
                  "not by people", "moves an answer"):  # fmt: skip
        assert words in page, words
    score = overview.test.lines[0].row.f1
    assert f"{score.value:.2f} [{score.low:.2f}, {score.high:.2f}]" in page


def test_ids_are_unique_and_every_reference_is_met(page):
    ids = [a["id"] for _, a in Tags(page).found if a.get("id")]
    assert len(ids) == len(set(ids))
    wanted = set(re.findall(r'(?:url\(|href=")#([^")]+)', page))
    assert wanted <= set(ids)


def test_the_same_overview_gives_the_same_bytes(page, overview):
    from tcls.report.html import Page

    assert Page().render(overview) == page
    assert not re.search(r"20\d\d-\d\d-\d\dT", page)


def test_figures_take_the_colours_of_the_page(page):
    for svg in re.findall(r"(?s)<svg.*?</svg>", page):
        assert "var(--ink)" in svg
        assert not re.search(r"#0[1-7]0[1-7]0[1-7]", svg)


def test_without_texts_from_elsewhere_it_says_so(overview):
    from tcls.report.html import Page

    text = Page().render(replace(overview, external=()))
    assert "this part is left out" in text


@pytest.mark.parametrize("library", ["jinja2", "matplotlib"])
def test_a_missing_library_names_the_extra(monkeypatch, library):
    from tcls.report.html import Page

    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(ExtraMissing, match=rf"{library} is not installed; install tcls\[report\]"):
        Page()


def test_a_page_that_cannot_be_written_is_an_error(tmp_path):
    from tcls.report.html import write

    with pytest.raises(OutputError, match="cannot be written"):
        write("x", tmp_path / "none" / "report.html")
    write("x", tmp_path / "report.html")
    assert [f.name for f in tmp_path.iterdir()] == ["report.html"]
