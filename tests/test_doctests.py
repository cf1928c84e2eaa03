"""The examples in docstrings are true."""

import doctest
import importlib
import pkgutil

import pytest

import tcls

MODULES = sorted(m.name for m in pkgutil.walk_packages(tcls.__path__, "tcls."))


@pytest.mark.parametrize("name", MODULES)
def test_every_example_gives_what_it_shows(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0
