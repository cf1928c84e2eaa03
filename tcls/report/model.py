"""A model folder for people."""

from collections.abc import Iterator

from tcls.model.store import Model


def as_summary(model: Model) -> Iterator[str]:
    """Id, versions, corpus, settings and thresholds of a model."""
    m = model.manifest
    yield f"{model.id}  (format {m['format']}, tcls {m['tcls']}, schema {m['schema']})"
    corpus = m["corpus"]
    yield (
        f"  trained on {corpus['documents']} documents of {corpus['stories']} stories, "
        f"{corpus['passages']} passages; corpus {corpus['fingerprint'][:12]}"
    )
    gates = ", ".join(gate.id for gate in model.gates) or "none"
    yield (
        f"  {len(model.tables['vocabulary'])} terms, {len(model.decisions)} decisions; "
        f"gates: {gates}"
    )
    yield "  settings  " + ", ".join(f"{k}={v}" for k, v in sorted(m["settings"].items()))
    yield "  libraries " + ", ".join(f"{k} {v}" for k, v in sorted(m["libraries"].items()))
    yield "  thresholds (f1; recall=0.95; precision=0.9)"
    for name, aims in m["thresholds"].items():
        shown = (aims.get(a) for a in ("f1", "recall=0.95", "precision=0.9"))
        cells = "".join(f"{'–' if t is None else f'{t:.3f}':>8}" for t in shown)
        yield f"    {name:<44}{cells}"
