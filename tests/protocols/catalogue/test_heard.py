"""Who heard what is the same at either pace, and over given edges; `tables/` has it of every protocol."""

from functools import partial

import pytest

from moot import Agent, Debate, Question, Request
from moot.testing import Script

QUESTION = Question("What is 17 * 24?", kind="number", gold="408")
Heard = dict[str, set[str]]


def scripted(*names: str) -> list[Agent]:
    """Agents that give different answers for ever, so that nothing stops early."""
    return [Agent(name, Script.by(partial(_same, place))) for place, name in enumerate(names)]


def _same(answer: int, _: Request) -> str:
    return f"Final answer: {answer}"


def heard(debate: Debate) -> Heard:
    result = debate.run(QUESTION, runtime="local")
    return {turn.id: set(turn.heard) for turn in result.transcript}


ALL_ROUNDS: Heard = {
    "0:ada": set(), "0:bo": set(), "0:cy": set(),
    "1:ada": {"0:bo", "0:cy"}, "1:bo": {"0:ada", "0:cy"}, "1:cy": {"0:ada", "0:bo"},
    "2:ada": {"1:bo", "1:cy"}, "2:bo": {"1:ada", "1:cy"}, "2:cy": {"1:ada", "1:bo"},
}  # fmt: skip
CHAIN: Heard = {
    "0:ada": set(), "0:bo": set(), "0:cy": set(),
    "1:ada": set(), "1:bo": {"0:ada"}, "1:cy": {"0:bo"},
    "2:ada": set(), "2:bo": {"1:ada"}, "2:cy": {"1:bo"},
}  # fmt: skip


@pytest.mark.parametrize("protocol", ["society?rounds=3", "du?rounds=3"])
@pytest.mark.parametrize("pace", ["round", "free"])
def test_in_simultaneous_debate_everyone_hears_the_round_before(protocol: str, pace: str) -> None:
    assert heard(Debate(scripted("ada", "bo", "cy"), protocol=f"{protocol}&pace={pace}")) == ALL_ROUNDS


@pytest.mark.parametrize("protocol", ["society?rounds=3", "du?rounds=3"])
def test_only_those_on_an_edge_are_heard(protocol: str) -> None:
    assert heard(Debate(scripted("ada", "bo", "cy"), "chain?directed=true", protocol)) == CHAIN
