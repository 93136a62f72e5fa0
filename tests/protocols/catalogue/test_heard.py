"""Who heard what, written by hand: three agents, three rounds, for every shipped protocol."""

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
IN_TURN: Heard = {
    "0:ada": set(), "1:bo": {"0:ada"}, "2:cy": {"0:ada", "1:bo"},
    "3:ada": {"1:bo", "2:cy"}, "4:bo": {"3:ada", "2:cy"}, "5:cy": {"3:ada", "4:bo"},
    "6:ada": {"4:bo", "5:cy"}, "7:bo": {"6:ada", "5:cy"}, "8:cy": {"6:ada", "7:bo"},
}  # fmt: skip


@pytest.mark.parametrize("protocol", ["society?rounds=3", "du?rounds=3"])
@pytest.mark.parametrize("pace", ["round", "free"])
def test_in_simultaneous_debate_everyone_hears_the_round_before(protocol: str, pace: str) -> None:
    assert heard(Debate(scripted("ada", "bo", "cy"), protocol=f"{protocol}&pace={pace}")) == ALL_ROUNDS


@pytest.mark.parametrize("protocol", ["society?rounds=3", "du?rounds=3"])
def test_only_those_on_an_edge_are_heard(protocol: str) -> None:
    assert heard(Debate(scripted("ada", "bo", "cy"), "chain?directed=true", protocol)) == CHAIN


def test_in_sequential_debate_the_newest_words_are_heard() -> None:
    assert heard(Debate(scripted("ada", "bo", "cy"), protocol="sequential?rounds=3")) == IN_TURN


def test_nobody_hears_anybody_in_a_vote() -> None:
    assert heard(Debate(scripted("ada", "bo", "cy"), protocol="vote")) == {"0:ada": set(), "0:bo": set(), "0:cy": set()}


def test_samples_of_one_agent_do_not_hear_each_other() -> None:
    table = heard(Debate(scripted("ada"), protocol="self_consistency?samples=3"))
    assert table == {"0:ada-1": set(), "0:ada-2": set(), "0:ada-3": set()}


def test_two_sides_hear_each_others_latest_words_and_the_moderator_both() -> None:
    undecided = '{"decided": "no", "supported": "neither", "reason": "open", "answer": ""}'

    def judge(request: object) -> str:
        return undecided if "reply_format" in str(request) else "Final answer: 1"

    debate = Debate(scripted("ada", "bo"), protocol="mad_liang?rounds=3", judge=Agent("mo", Script.by(judge)))
    assert heard(debate) == {
        "0:ada": set(),
        "1:ada": set(), "2:bo": {"1:ada"}, "3:judge": {"1:ada", "2:bo"},
        "4:ada": {"2:bo"}, "5:bo": {"4:ada"}, "6:judge": {"4:ada", "5:bo"},
        "7:ada": {"5:bo"}, "8:bo": {"7:ada"}, "9:judge": {"7:ada", "8:bo"},
        "10:judge": {"7:ada", "8:bo"}, "11:judge": set(),
    }  # fmt: skip


def test_the_reference_variant_shows_the_judge_the_opening_words() -> None:
    def judge(request: object) -> str:
        return '{"decided": "no", "answer": ""}' if "reply_format" in str(request) else "Final answer: 1"

    protocol = "mad_liang?rounds=2&variant=reference"
    debate = Debate(scripted("ada", "bo"), protocol=protocol, judge=Agent("mo", Script.by(judge)))
    assert heard(debate)["7:judge"] == {"1:ada", "2:bo"}
