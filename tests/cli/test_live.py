"""What is seen of a debate as it goes: who speaks, whom they heard, answers by round, flips, cost."""

import io
from typing import Any

import pytest
from rich.console import Console

import moot
from moot.cli.live import Watcher, watched
from moot.cli.picture import picture
from moot.cli.scene import Scene
from moot.protocols import Question, Tally, Turn
from moot.protocols.events import DebateStarted, Event, RoundStarted, Stopped, TurnEnded, TurnStarted


def turn(seat: str, round: int | None, vote: str | None, **more: object) -> TurnEnded:
    given: dict[str, Any] = {"id": f"{round}:{seat}", "wave": round or 0, "round": round}
    given |= {"seat": seat, "role": "debater"}
    given |= {"vote": vote, "answer": vote, "status": "ok" if vote else "failed", "reason": "" if vote else "outage"}
    given |= {"usage": Tally(calls=1, prompt_tokens=90, completion_tokens=10), "simulated": True, **more}
    return TurnEnded(debate_id="d", at_s=1.0, turn=Turn(**given))


def begun(seats: int = 3, question: str = "Which?") -> list[Event]:
    names = tuple(f"a{place}" for place in range(1, seats + 1))
    started = DebateStarted(
        debate_id="d",
        at_s=0,
        question=Question(question),
        seats=names,
        models=("sim/debater",) * seats,
        protocol="du",
        topology="ring",
    )
    return [started, RoundStarted(debate_id="d", at_s=0, round=0)]


STORY: list[Event] = [
    *begun(),
    turn("a1", 0, "tea"),
    turn("a2", 0, "coffee"),
    turn("a3", 0, None),
    RoundStarted(debate_id="d", at_s=1, round=1),
    TurnStarted(debate_id="d", at_s=1, wave=1, round=1, seat="a3", heard=("0:a1", "0:a2")),
    turn("a1", 1, "tea", heard=("0:a2",)),
    turn("a2", 1, "tea", heard=("0:a1",)),
]


def drawn(events: list[Event], width: int = 100, height: int = 30) -> list[str]:
    scene = Scene()
    for event in events:
        scene(event)
    stream = io.StringIO()
    console = Console(file=stream, width=width, height=height, force_terminal=False)
    console.print(picture(scene, width=width, height=height))
    return [line.rstrip() for line in stream.getvalue().splitlines()]


def test_the_picture_shows_answers_by_round_flips_speakers_and_cost() -> None:
    lines = drawn(STORY)
    assert lines[:2] == ["Which?", "du on ring"]
    rows = {line.split()[0]: line.split()[2:] for line in lines if line.startswith("a")}
    assert rows["agent"] == ["round", "0", "round", "1", "heard"]
    assert rows["a1"] == ["tea", "tea", "a2"]
    assert rows["a2"] == ["coffee", "→", "tea", "a1"]
    assert rows["a3"][0] == "(outage)"
    assert rows["a3"][2:] == ["speaking", "a1,", "a2"]
    assert "votes in round 1: tea x2" in lines
    assert "1 flips · 5 calls · 500 tokens · free (simulated) · 1.0 s" in lines


def test_a_judge_has_a_row_beside_the_round_after_which_it_spoke() -> None:
    lines = drawn([*STORY, turn("judge", None, "tea", role="judge", model="sim/debater"), turn("a3", 1, "tea")])
    assert [line.split() for line in lines if line.startswith("judge")] == [["judge", "sim/debater", "tea"]]


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_no_line_is_wider_than_the_terminal_and_round_0_stays(width: int) -> None:
    events = begun(4, "Which of these " * 20)
    for number in range(12):
        events.append(RoundStarted(debate_id="d", at_s=number, round=number))
        events += [turn(f"a{place}", number, f"a rather long answer {place}") for place in range(1, 5)]
    lines = drawn(events, width=width)
    assert max(map(len, lines)) <= width
    head = next(line for line in lines if line.startswith("agent"))
    assert "round 0" in head or width < 60
    assert len(lines) < 20


def test_more_seats_than_lines_are_counted_by_answer() -> None:
    events = begun(500)
    events += [turn(f"a{place}", 0, "tea" if place % 3 else "coffee") for place in range(1, 401)]
    lines = drawn(events, height=24)
    assert len(lines) < 24
    assert [line.split() for line in lines if line.startswith(("tea", "coffee"))] == [["tea", "267"], ["coffee", "133"]]
    assert "400 of 500 have spoken" in lines


def test_nothing_a_model_said_reaches_the_screen_as_more_than_characters() -> None:
    hostile = "tea\x1b]0;owned\x07\x1b[2J\u202e[red]\nnext\x9b31m"
    events = [
        *begun(question=f"Which{hostile}?"),
        turn("a1", 0, hostile),
        Stopped(debate_id="d", at_s=2, words=hostile),
    ]
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=True, width=100, color_system=None)
    watcher, scene = Watcher(console), Scene()
    for event in events:
        watcher(event)
        scene(event)
    console.print(picture(scene, width=100, height=30))
    shown = stream.getvalue()
    assert "[red]" in shown
    assert not set("\x1b\x07\x9b\u202e") & set(shown)


def test_lines_tell_the_same_where_nobody_watches() -> None:
    stream = io.StringIO()
    with watched(Console(file=stream, width=40)) as listener:
        for event in STORY:
            listener(event)
    lines = stream.getvalue().splitlines()
    assert "round 1" in lines
    assert "  a2         tea  (was coffee)  heard a1" in lines
    assert "  a3         (outage)" in lines


def test_a_terminal_sees_the_picture_in_place() -> None:
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=True, width=100, height=30)
    panel = ["sim/debater", "sim/debater?family=b"]
    with watched(console) as listener:
        moot.debate("Is 7 prime?", panel, seed=1, runtime="local", listen=listener)
    assert "votes in round 1" in stream.getvalue()
    assert "\x1b[2K" in stream.getvalue() or "stopped by" in stream.getvalue()
