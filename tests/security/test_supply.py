"""No version that is known to be compromised or open can be installed, nor an extra that serves others."""

import importlib.metadata
import re
import tomllib
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
WANTED = [*PROJECT["dependencies"], *(line for extra in PROJECT["optional-dependencies"].values() for line in extra)]


class Known(NamedTuple):
    library: str
    least: tuple[int, ...]
    why: str


KNOWN = [
    Known("litellm", (1, 83, 7), "CVE-2026-42271; and 1.82.7 and 1.82.8 were compromised, MAL-2026-2144"),
    Known("ray", (2, 54), "CVE-2026-27482; CVE-2023-48022 before tokens"),
    Known("starlette", (1, 0, 1), "CVE-2026-48710"),
]


def version(text: str) -> tuple[int, ...]:
    return tuple(map(int, text.split(".")))


@pytest.mark.parametrize("known", KNOWN, ids=lambda known: known.library)
def test_versions_with_known_holes_are_excluded(known: Known) -> None:
    [requirement] = [line for line in WANTED if re.match(rf"{known.library}\b", line)]
    floor = re.search(r">=([\d.]+)", requirement)
    pinned = re.search(rf"^{known.library}==([\d.]+)", (ROOT / "constraints.txt").read_text(encoding="utf-8"), re.M)
    assert floor is not None
    assert pinned is not None
    assert version(pinned[1]) >= version(floor[1]) >= known.least, known.why
    assert "[" not in requirement, "an extra such as litellm[proxy] brings a server"


@pytest.mark.parametrize("requirement", PROJECT["dependencies"])
def test_nothing_that_moot_stands_on_runs_code_at_every_start_of_python(requirement: str) -> None:
    files = importlib.metadata.files(re.split(r"[^\w.-]", requirement, maxsplit=1)[0])
    assert files
    assert [file.name for file in files if file.suffix == ".pth"] == []
