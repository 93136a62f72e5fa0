"""A debate as pictures, as text for other programs and as a cell of a notebook: all of it, and nothing active."""

import importlib
import re
import sys
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from moot import Agent, Debate, MootError, Question, Result, Run
from moot.errors import UnknownNameError, UsageError
from moot.runs.drawing.flows import flows
from moot.runs.viewer import bundle
from moot.testing import Script

EVIL = '$x$ </iframe><script>alert(1)</script> "q" \' & \x1b[2J'


@pytest.fixture(scope="module")
def result() -> Result:
    """ada stays with A, bo goes over to A, cy says nothing at first and then B."""
    said: dict[str, list[str | None]] = {"ada": ["A", "A", "A"], "bo": ["B", "A", "A"], "cy": [None, "B", "B"]}
    lines = {seat: ["Hm." if a is None else f"Final answer: {a}" for a in answers] for seat, answers in said.items()}
    agents = [Agent(seat, Script(answers)) for seat, answers in lines.items()]
    question = Question(f"Which? {EVIL}", options=["one", "two"], gold="one")
    debate = Debate(agents, protocol="society", rounds=3, seed=1, policy={"reasks": 0})
    return debate.run(question, runtime="local")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    debate = Debate(["sim/debater", "sim/debater?family=b"], protocol="society", rounds=2, seed=1)
    store = tmp_path_factory.mktemp("drawing") / "s.sqlite"
    return debate.run_many(["What is 2 + 2?", "What is 3 + 3?"], store=store, name="r", runtime="local", progress=False)


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> None:
    page = bundle.Bundle(
        '<head></head><link rel="stylesheet" href="app.css"><script src="app.js"></script>', "let a;", "b {}"
    )
    monkeypatch.setattr("moot.runs.export.page.bundle", lambda: page)


def cell(shown: Any) -> str:
    """What a notebook makes of it."""
    html: str = shown._repr_html_()
    return html


def test_flows_count_who_held_what_and_who_went_where(result: Result) -> None:
    went = flows(result)
    assert went.answers == ("one", "two", None)
    assert went.held == ({"one": 1, "two": 1, None: 1}, {"one": 2, "two": 1}, {"one": 2, "two": 1})
    assert went.went == (
        {("one", "one"): 1, ("two", "one"): 1, (None, "two"): 1},
        {("one", "one"): 2, ("two", "two"): 1},
    )


def test_a_plot_has_a_graph_a_round_and_the_flow_below(result: Result) -> None:
    axes = result.plot().axes
    assert [ax.get_title() for ax in axes] == ["round 0", "round 1", "round 2", ""]
    assert len(axes[-1].patches) == sum(len(held) for held in flows(result).held)
    assert len(axes[-1].collections) == sum(len(moved) for moved in flows(result).went)
    assert sum(bar.get_height() for bar in axes[-1].patches) == 9


def test_arrows_are_what_was_heard_in_the_round(result: Result) -> None:
    arrows = [sum(text.get_text() == "" for text in ax.texts) for ax in result.plot("graph").axes]
    assert arrows == [len(set(result.graph(number).edges())) for number in range(3)]
    (only,) = result.plot("graph", round=2).axes
    assert only.get_title() == "round 2"


def test_equal_answers_look_alike_and_others_differ_in_colour_and_shape(result: Result) -> None:
    plot: Any = importlib.import_module("moot.runs.drawing.plot")
    one, two, none = (plot.look(answer, flows(result)) for answer in ("one", "two", None))
    assert one[0] != two[0] != none[0]
    assert one[1] != two[1]
    assert len(set(plot.COLOURS)) == len(set(plot.MARKERS)) == 8


def test_a_plot_is_drawn_whatever_was_said(result: Result, tmp_path: Path) -> None:
    result.plot().savefig(tmp_path / "p.png", dpi=40)
    assert (tmp_path / "p.png").stat().st_size > 4000


def test_a_kind_of_plot_that_is_none_is_told(result: Result) -> None:
    with pytest.raises(UnknownNameError, match="flow"):
        result.plot("flows")


def test_what_is_missing_is_named_with_its_command(result: Result, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for module, command, use in (
        ("matplotlib.figure", "moot[plot]", result.plot),
        ("pyarrow", "moot[parquet]", lambda: run.export("r.parquet")),
        ("pandas", "pandas", run.frame),
        ("uvicorn", "moot[view]", run.view),
    ):
        monkeypatch.setitem(sys.modules, module, None)
        with pytest.raises(UsageError, match=re.escape(command)):
            use()


def test_text_for_other_programs_has_every_turn_and_all_that_was_heard(result: Result) -> None:
    heard = sum(len(turn.heard) for turn in result.turns)
    assert result.mermaid().count("-->") == result.dot().count(" -> ") == heard
    assert re.findall(r't\d\["(\w+)', result.mermaid()) == [turn.seat for turn in result.turns]
    assert result.dot().count("cluster_") == 3


def test_a_notebook_shows_the_table_and_the_page_in_a_frame_that_can_reach_nothing(result: Result, built: None) -> None:
    html = cell(result)
    table, _, frame = html.partition("<iframe ")
    assert "<th>ada</th>" in table
    attributes, _, rest = frame.partition(">")
    assert re.search(r'sandbox="([^"]*)"', attributes) is not None
    assert 'sandbox="allow-scripts"' in attributes
    assert rest == "</iframe>"
    page = unescape(re.search(r'srcdoc="([^"]*)"', attributes)[1])  # type: ignore[index]
    assert "default-src &#x27;none&#x27;" not in page
    assert "default-src 'none'" in page
    assert "<script>alert(1)" not in page + table


def test_a_run_in_a_notebook_has_its_figures_and_the_page(run: Run, built: None) -> None:
    html = cell(run)
    assert html.startswith("<pre>run r\n")
    assert html.count("<iframe ") == 1


def test_without_the_page_the_table_stands_alone(result: Result, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> None:
        raise MootError("not built")

    monkeypatch.setattr("moot.runs.export.page.bundle", missing)
    assert "<iframe" not in cell(result)


def test_a_notebook_is_executed_and_shows_debates_and_plots(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nbformat: Any = importlib.import_module("nbformat")
    nbclient: Any = importlib.import_module("nbclient")
    monkeypatch.setenv("JUPYTER_PLATFORM_DIRS", "1")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    cells = [
        "import moot\nfrom moot import Debate\n"
        "debate = Debate(['sim/debater', 'sim/debater?family=b'], protocol='society', rounds=2, seed=1)\n"
        "result = debate.run('What is 2 + 2?', runtime='local')\nresult",
        "result.plot()",
        "debate.run_many(['What is 3 + 3?'], runtime='local', progress=False)",
        "moot.topologies.draw(moot.topologies.ring(4)).figure",
    ]
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    nbclient.NotebookClient(book, timeout=100, resources={"metadata": {"path": str(tmp_path)}}).execute()
    shown = [{kind for output in cell.outputs for kind in output.get("data", {})} for cell in book.cells]
    assert ["text/html" in kinds for kinds in shown] == [True, False, True, False]
    assert ["image/png" in kinds for kinds in shown] == [False, True, False, True]
    assert "<iframe sandbox=" in "".join(output["data"].get("text/html", "") for output in book.cells[0].outputs)
