"""Every example in a docstring runs as written."""

import doctest
import os
from importlib import import_module
from pathlib import Path

import pytest

import moot

FACE = Path(str(moot.__file__)).parent


def modules() -> list[str]:
    """Every module of moot by its dotted name; the packages are links in the face."""
    found: list[str] = []
    for folder, _, files in os.walk(FACE, followlinks=True):
        parts = ["moot", *Path(folder).relative_to(FACE).parts]
        names = [Path(file).stem for file in files if file.endswith(".py") and file != "__main__.py"]
        found += [".".join(parts if name == "__init__" else [*parts, name]) for name in names]
    return sorted(found)


@pytest.mark.parametrize("name", modules())
def test_the_examples_of_a_module_run(name: str) -> None:
    assert doctest.testmod(import_module(name)).failed == 0


def test_there_are_examples_to_run() -> None:
    finder = doctest.DocTestFinder()
    module = import_module("moot.topologies.classic")
    assert sum(bool(test.examples) for test in finder.find(module)) >= 7
