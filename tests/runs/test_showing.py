"""Results as tables: whole, and safe whatever models say."""

import io

from rich.console import Console

from moot import Agent, Debate, Question, Result
from moot.runs.showing import as_html
from moot.testing import Script

EVIL = "\x1b[2J[red]x[/red] <script>alert(1)</script> \u202e & \x07"


def _held() -> Result:
    agents = [
        Agent("ada", Script(["Final answer: 3", "Final answer: 4"])),
        Agent("bo", Script(["Final answer: 4", f"{EVIL}\nFinal answer: four {EVIL}"])),
        Agent("cy", Script(["Final answer: 4", "Final answer: 4"])),
    ]
    question = Question(f"What is 2 + 2? {EVIL}", kind="text")
    return Debate(agents, protocol="society", rounds=2, seed=1).run(question, runtime="local")


def _printed(result: Result) -> str:
    screen = io.StringIO()
    Console(file=screen, width=100, force_terminal=False).print(result)
    return screen.getvalue()


def test_the_table_has_an_agent_a_row_and_a_round_a_column() -> None:
    result = _held()
    cells = [[cell.strip() for cell in line.split("│")] for line in _printed(result).splitlines()]
    assert ["", "ada", "3", "4", ""] in cells
    assert "round 0" in _printed(result)
    assert "simulated" in _printed(result)


def test_nothing_a_model_says_controls_the_terminal_or_is_markup() -> None:
    printed = _printed(_held())
    assert not {"\x1b", "\x07", "\u202e"} & set(printed)
    assert "[red]x[/red]" in printed


def test_nothing_a_model_says_is_active_in_html() -> None:
    page = as_html(_held())
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert not {"\x1b", "\u202e"} & set(page)


def test_a_changed_answer_stands_out() -> None:
    assert "<th>ada</th><td>3</td><td><b>4</b></td>" in as_html(_held())


def test_a_graph_on_which_rounds_cannot_settle_is_noted() -> None:
    split = Debate(["sim/debater"] * 4, [("a1", "a2"), ("a3", "a4")], "society", rounds=2, seed=1)
    joined = Debate(["sim/debater"] * 4, "ring", "society", rounds=2, seed=1)
    question = Question("What is 2 + 2?", kind="number")
    assert "need not come to agree" in split.run(question, runtime="local").notes[0]
    assert joined.run(question, runtime="local").notes == ()
