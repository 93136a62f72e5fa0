"""A call whose process died before its outcome was known is sent again or given up, as the policy says."""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import apsw
import pytest

from moot import Agent, Debate, Policy, Result, Run
from moot.errors import SpecError
from moot.runs.journal import Reader
from moot.runs.journal.sql import connected
from moot.testing import Stub


@pytest.mark.parametrize(("in_doubt", "status", "sent"), [("resend", "decided", 1), ("skip", "degraded", 0)])
def test_what_a_dead_process_left_in_flight_goes_by_the_policy(
    tmp_path: Path, in_doubt: Literal["resend", "skip"], status: str, sent: int
) -> None:
    store = tmp_path / "runs.sqlite"
    with Stub() as stub:
        agents = [Agent(name, f"openai/{name}", api_base=stub.api_base) for name in ("ada", "bo", "cy")]
        debate = Debate(agents, protocol="vote", policy=Policy(in_doubt=in_doubt), seed=3)

        def held() -> Result:
            return debate.run("What is 2 + 2?", store=store, name="r", runtime="local")

        assert held().status == "decided"
        dies_in_flight(store, seat="bo")
        stub.reset()
        result = held()
        assert sum(stub.counts.values()) == sent
    assert result.status == status
    (bo,) = [turn for turn in result.turns if turn.seat == "bo"]
    assert (bo.status, bo.reason) == (("ok", "") if sent else ("failed", "crashed"))
    states = [row.state for row in Reader(store).attempts(result.debate_id) if row.key.seat == "bo"]
    assert states == ["in_doubt", "done"][: 1 + sent]


@pytest.fixture
def typing(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Types at a terminal that is this process's own."""
    keyboard, terminal = os.openpty()
    with os.fdopen(terminal) as standard_input:
        monkeypatch.setattr(sys, "stdin", standard_input)
        yield lambda text: write(keyboard, text)
    os.close(keyboard)


@pytest.mark.parametrize(("typed", "status", "sent"), [("y\n", "decided", 1), ("what?\nNo\n", "degraded", 0)])
def test_a_person_who_is_to_be_asked_is_asked_once_before_anything_is_sent(
    tmp_path: Path,
    typing: Callable[[str], None],
    capfd: pytest.CaptureFixture[str],
    typed: str,
    status: str,
    sent: int,
) -> None:
    store = tmp_path / "runs.sqlite"
    with Stub() as stub:
        run = asking(stub, store)
        assert run.statuses == {"decided": 2}
        dies_in_flight(store, seat="bo")
        stub.reset()
        typing(typed)
        again = run.resume(runtime="local")
        assert sum(stub.counts.values()) == 2 * sent
    assert capfd.readouterr().err.count("run 'r': 2 calls were under way when an earlier process ended") == 1
    assert again.statuses == {status: 2}
    recorded = Reader(store).run("r").spec["policy"]
    assert recorded == {"in_doubt": "ask"}


def test_without_a_terminal_nobody_is_asked_and_nothing_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = tmp_path / "runs.sqlite"
    with Stub() as stub:
        run = asking(stub, store)
        dies_in_flight(store, seat="bo")
        stub.reset()
        with Path(os.devnull).open() as nobody:
            monkeypatch.setattr(sys, "stdin", nobody)
            with pytest.raises(SpecError, match=r"2 calls were under way .* no terminal to ask at"):
                run.resume(runtime="local")
        assert not stub.log


def write(keyboard: int, text: str) -> None:
    os.write(keyboard, text.encode())


def asking(stub: Stub, store: Path) -> Run:
    """A run of two debates whose policy is to ask."""
    agents = [Agent(name, f"openai/{name}", api_base=stub.api_base) for name in ("ada", "bo", "cy")]
    debate = Debate(agents, protocol="vote", policy=Policy(in_doubt="ask"), seed=3)
    return debate.run_many(["What is 2 + 2?", "What is 3 + 3?"], store=store, name="r", runtime="local", progress=False)


def dies_in_flight(store: Path, *, seat: str) -> None:
    """Leave the store as a process leaves it that dies while that seat's call is under way."""
    connection = connected(str(store), flags=apsw.SQLITE_OPEN_READWRITE)
    connection.execute("DELETE FROM ending")
    connection.execute("DELETE FROM outcome WHERE call IN (SELECT id FROM call WHERE seat = ?)", (seat,))
    connection.close()
