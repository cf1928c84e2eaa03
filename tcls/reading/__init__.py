"""Bytes or a path to a Document."""
