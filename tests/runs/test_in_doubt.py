"""A call whose process died before its outcome was known is sent again or given up, as the policy says."""

from pathlib import Path
from typing import Literal

import apsw
import pytest

from moot import Agent, Debate, Policy, Result
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


def dies_in_flight(store: Path, *, seat: str) -> None:
    """Leave the store as a process leaves it that dies while that seat's call is under way."""
    connection = connected(str(store), flags=apsw.SQLITE_OPEN_READWRITE)
    connection.execute("DELETE FROM ending")
    connection.execute("DELETE FROM outcome WHERE call = (SELECT id FROM call WHERE seat = ?)", (seat,))
    connection.close()
