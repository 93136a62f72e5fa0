"""The list of guarantees names tests that there are, and the README has every row of it."""

import re
import tomllib
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROWS = tomllib.loads((HERE / "guarantees.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", ROWS)
def test_what_a_guarantee_names_is_there(name: str) -> None:
    for test in ROWS[name]["tests"]:
        path, _, function = test.partition("::")
        assert (HERE.parent / path).exists(), path
        assert not function or f"def {function}(" in (HERE.parent / path).read_text(encoding="utf-8"), function


def test_the_readme_has_every_promise_with_its_command() -> None:
    readme = (HERE.parent / "README.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| (.+?) \| .+? \| `make chaos G=(\w+)` \|$", readme, re.MULTILINE)
    assert told == [(row["promise"], name) for name, row in ROWS.items()]
