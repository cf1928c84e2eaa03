"""Measures with intervals, slices, selective prediction and counts, on given predictions."""
