"""The face: every public name is there, and importing it alone loads next to nothing."""

import importlib
import subprocess
import sys

import pytest

import moot


@pytest.mark.parametrize("name", moot.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(moot, name) is not None
    assert name in dir(moot)


def test_another_name_is_told_as_missing() -> None:
    with pytest.raises(AttributeError, match="no attribute 'debates'"):
        importlib.import_module("moot").debates  # noqa: B018


def test_importing_moot_loads_no_library() -> None:
    program = "import sys, moot; print(sorted({'pydantic', 'networkx', 'ray', 'litellm', 'rich'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_a_star_brings_what_is_listed() -> None:
    program = "from moot import *; import moot; print(all(name in globals() for name in moot.__all__))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "True\n"
