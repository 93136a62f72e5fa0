"""Debates of every sort, and what blocks the network while they are looked at again."""

import socket
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from moot import Agent, Budget, Debate, Question, sim, stop
from moot.agents.llm import Capabilities
from moot.agents.records import Completion, Request, Usage

PANEL = ["sim/debater?accuracy=0.6", "sim/debater?family=b", "sim/debater?family=c"]
JUDGE = "sim/debater?family=d"
TEAM = Debate(PANEL, protocol="society", rounds=2)
CAPPED_TEAM = Debate(PANEL, protocol="society", rounds=2, budget=Budget(calls=4))


def seated(team: Debate) -> list[Agent]:
    return [Agent("ada", PANEL[0]), Agent("team", team), Agent("bo", PANEL[1])]


SORTS: Mapping[str, Mapping[str, Any]] = {
    "society": {"agents": PANEL, "protocol": "society", "rounds": 3},
    "free pace": {"agents": PANEL * 2, "topology": "ring", "protocol": "society?pace=free", "rounds": 3},
    "du": {"agents": PANEL, "protocol": "du", "rounds": 2, "judge": JUDGE},
    "chateval": {"agents": PANEL, "protocol": "chateval_one_by_one"},
    "liang": {"agents": PANEL[:2], "protocol": "mad_liang", "judge": JUDGE},
    "reconcile": {"agents": PANEL, "protocol": "reconcile"},
    "dylan": {"agents": PANEL, "protocol": "dylan"},
    "nested": {"agents": seated(TEAM), "protocol": "society", "rounds": 2},
    "judged by a debate": {"agents": PANEL, "protocol": "society", "judge": Debate(PANEL, protocol="vote")},
    "stopped by a judge": {"agents": PANEL, "protocol": "society", "rounds": 4, "judge": JUDGE, "stop": stop.judged()},
    "two judges": {"agents": PANEL, "protocol": "society", "judge": [JUDGE, "sim/debater?family=e"]},
    "compared": {"agents": PANEL, "protocol": "society", "same": JUDGE},
    "ballots": {"agents": PANEL, "protocol": "society", "decide": "borda"},
    "consistency": {"agents": PANEL[:2], "protocol": "society", "decide": "weighted?by=confidence&source=consistency"},
    "summaries": {"agents": PANEL, "protocol": "society", "topology": "complete?channel=summary", "judge": JUDGE},
    "failures": {"agents": [PANEL[0], "sim/debater?fail=0.5", PANEL[2]], "protocol": "du", "policy": {"retries": 0}},
    "capped": {"agents": PANEL, "protocol": "society", "rounds": 3, "budget": Budget(calls=7)},
    "capped within": {"agents": seated(CAPPED_TEAM), "protocol": "society", "rounds": 2},
    "capped around": {"agents": seated(TEAM), "protocol": "society", "rounds": 2, "budget": Budget(calls=6)},
    "by the minute": {"agents": PANEL, "protocol": "society", "rounds": 3, "stop": stop.minutes(1e-9)},
    "by the call": {"agents": PANEL, "protocol": "society", "rounds": 3, "stop": stop.calls(5)},
    "changing graph": {"agents": PANEL * 2, "protocol": "society", "topology": "erdos_renyi?p=0.4&every=1"},
}
"""A debate of every sort, by what is special in it."""


@pytest.fixture
def sorts() -> Mapping[str, Mapping[str, Any]]:
    """A debate of every sort."""
    return SORTS


@pytest.fixture
def questions() -> tuple[Question, ...]:
    """Some of the bank."""
    return tuple(sim.questions()[:3])


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """No socket connects anywhere."""

    def refuse(*_: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


class Talker:
    """Says something that depends on all it is asked, and counts what it is asked."""

    capabilities = Capabilities(seed=True)

    def __init__(self, name: str, *, answer: Callable[[Request], str] | None = None) -> None:
        self.name, self.asked = name, list[Request]()
        self._answer = answer

    async def complete(self, request: Request) -> Completion:
        """Say it."""
        self.asked.append(request)
        heard = sum(map(ord, "".join(message.content for message in request.messages))) % 9973
        said = "408" if self._answer is None else self._answer(request)
        usage = Usage(prompt_tokens=heard, completion_tokens=7, cost_nano_usd=heard * 1000)
        return Completion(kind="ok", text=f"{self.name}, having heard {heard}.\nFinal answer: {said}", usage=usage)


@pytest.fixture
def talker() -> type[Talker]:
    """Makes one."""
    return Talker


@pytest.fixture
def anyio_backend() -> str:
    """Runs live on moot's own loop, so callers need one kind only."""
    return "asyncio"


@pytest.fixture(autouse=True)
def local(monkeypatch: pytest.MonkeyPatch) -> None:
    """Debates are held in this process."""
    monkeypatch.setenv("MOOT_RUNTIME", "local")
