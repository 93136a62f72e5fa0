"""What every test shares."""

import os
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from moot.runs.verifying import verify

HERE = Path(__file__).parent

settings.register_profile("moot", settings.get_profile("ci"), derandomize=not os.environ.get("MOOT_CHAOS"))
settings.load_profile("moot")
"""Examples have no deadline, since machines may be busy, and are the same each time; with MOOT_CHAOS=1 always new."""


@pytest.fixture(params=["asyncio", "trio"])
def anyio_backend(request: pytest.FixtureRequest) -> str:
    """Protocols, floor and rules run on both; what touches litellm or Ray overrides this with asyncio."""
    backend: str = request.param
    return backend


@pytest.fixture(autouse=True)
def verified(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whatever a test leaves in a store in its folder, the store is whole; tests that damage stores override this."""
    folder: Path | None = request.getfixturevalue("tmp_path") if "tmp_path" in request.fixturenames else None
    yield
    for path in () if folder is None else folder.rglob("*.sqlite"):
        report = verify(path)
        assert report.clean, str(report)


@pytest.fixture
def shown(record_property: Callable[[str, object], None]) -> Callable[..., None]:
    """Puts figures into the row of the guarantees that the test holds: `shown(kills=20, answers_lost=0, latest_s=0.3)`.

    Of equal names whole numbers add up, and the largest of other numbers stands.
    """

    def put(**figures: float) -> None:
        for name, figure in figures.items():
            record_property(name, figure)

    return put


class Guarantees:
    """Which guarantees tests hold, by `guarantees.toml`; and the table of what was found."""

    def __init__(self, config: pytest.Config) -> None:
        self.rows: dict[str, dict[str, Any]] = tomllib.loads((HERE / "guarantees.toml").read_text(encoding="utf-8"))
        self._only, self._config = config.getoption("guarantee"), config
        if self._only not in {None, "all", *self.rows}:
            raise pytest.UsageError(f"there is no guarantee {self._only!r}: there are {', '.join(self.rows)}")
        if self._only is not None and config.args_source is not pytest.Config.ArgsSource.ARGS:
            wanted = {test for name in self._wanted for test in self.rows[name]["tests"]}
            config.args[:] = [str(HERE.parent / test) for test in sorted(wanted)]

    @property
    def _wanted(self) -> list[str]:
        return [name for name in self.rows if self._only in {None, "all", name}]

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """The table, in Markdown."""
        if self._only is None:
            return
        ended = [(kind, report) for kind in ("passed", "failed") for report in terminalreporter.getreports(kind)]
        terminalreporter.section("guarantees")
        terminalreporter.write_line("| | promise | found | made by |\n|---|---|---|---|")
        for name in self._wanted:
            kinds, figures = Counter[str](), dict[str, float]()
            for kind, report in ended:
                if self._holds(name, report.nodeid) and (report.when == "call" or kind == "failed"):
                    kinds[kind] += 1
                    for key, value in report.user_properties:
                        figures[key] = _with(figures.get(key), value)
            found = [f"{_written(value)} {key.replace('_', ' ')}" for key, value in figures.items()]
            words = ", ".join([*found, *(f"{count} tests {kind}" for kind, count in kinds.items())]) or "no test"
            terminalreporter.write_line(f"| {name} | {self.rows[name]['promise']} | {words} | `make chaos G={name}` |")

    def _holds(self, name: str, node: str) -> bool:
        return any(node.startswith(test) for test in self.rows[name]["tests"])


def _with(before: float | None, figure: Any) -> float:
    if before is None:
        return float(figure) if isinstance(figure, float) else int(figure)
    return before + figure if isinstance(figure, int) else max(before, figure)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--guarantee", help="Run what holds this guarantee, or all, and print what was found.")


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Guarantees(config), "guarantees")


def _written(figure: float) -> str:
    return f"{figure:.3g}" if isinstance(figure, float) else str(figure)
