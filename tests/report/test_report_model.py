"""A model folder for people."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tcls.model.store import FORMAT, open_model
from tcls.report.model import as_summary


def test_the_summary_says_id_versions_corpus_and_every_threshold() -> None:
    model = open_model()
    lines = list(as_summary(model))
    assert lines[0].startswith(f"{model.id}  (format {FORMAT}, tcls ")
    assert f"of {model.manifest['corpus']['stories']} stories" in lines[1]
    assert f"{len(model.decisions)} decisions" in lines[2]
    shown = {line.split()[0] for line in lines[6:]}
    assert shown == {":".join(decision) for decision in model.decisions}


def test_a_threshold_that_is_not_stored_is_a_dash() -> None:
    model = open_model()
    manifest = {**model.manifest, "thresholds": {"scam_type:romance": {"f1": 0.25}}}
    line = list(as_summary(replace(model, manifest=manifest)))[-1]
    assert line.split() == ["scam_type:romance", "0.250", "–", "–"]


@given(st.floats(0, 1))
def test_thresholds_have_three_decimals(value: float) -> None:
    model = open_model()
    manifest = {**model.manifest, "thresholds": {"a:b": {"f1": value}}}
    line = list(as_summary(replace(model, manifest=manifest)))[-1]
    assert abs(float(line.split()[1]) - value) <= 0.0005 + 1e-12
