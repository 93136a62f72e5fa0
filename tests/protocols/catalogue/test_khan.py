"""What goes into an argument before it is said: its length, the best of several, a critique; and giving up."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import pytest

from moot import Agent, Completion, Debate, Question, Request, Result
from moot.testing import Script

QUESTION = Question(
    "What did Ann drink?", options=["tea", "milk"], context="Ann drank her tea at four.", gold="tea", id="ann"
)
SIDED = ("khan_sim", "khan_seq", "khan_interactive")
Line = str | Completion
Lines = Mapping[str, Line | Sequence[Line]]
"""What a side says by the word that tells what it is asked."""
ASKED = {"Write the argument anew": "rewrite", "Go on defending": "argument", "Make the strongest": "argument",
         "Criticise it": "critique", "Judge the critique": "worth", "give it up": "concede"}  # fmt: skip


class Held(NamedTuple):
    """A debate as it was held, and what its sides were sent."""

    result: Result
    scripts: Mapping[str, Script]


def asked(request: Request) -> str:
    last = request.messages[-1].content
    return next((what for words, what in ASKED.items() if words in last), "judge")


def words(count: int, of: str = "word") -> str:
    return " ".join([of] * count)


def argued(text: str) -> str:
    return json.dumps({"thinking": "my secret", "argument": text})


def side(lines: Lines) -> Script:
    """A side that says the next of its lines for what it is asked, and the last one for ever."""
    left: dict[str, list[Line]] = {
        what: [said] if isinstance(said, str | Completion) else [*said] for what, said in lines.items()
    }

    def says(request: Request) -> Line:
        said = left[asked(request)]
        return said.pop(0) if len(said) > 1 else said[0]

    return Script.by(says)


LINES: Lines = {
    "argument": argued("a draft"),
    "critique": '{"critique": "too short"}',
    "worth": "Final answer: yes\nConfidence: 60%",
    "rewrite": argued("a rewrite"),
    "concede": "Final answer: stand",
}


def held(protocol: str, ada: Lines = LINES, bo: Lines | None = LINES, judge: str = "Final answer: tea") -> Held:
    """Holds the debate."""
    scripts = {"ada": side(ada)} | ({} if bo is None else {"bo": side(bo)})
    agents = [Agent(name, script, temperature=0.4) for name, script in scripts.items()]
    rules = Script.by(lambda request: '{"question": "Where?"}' if "<reply_format>" in str(request) else judge)
    debate = Debate(agents, protocol=protocol, judge=Agent("jo", rules), quorum=1, seed=1)
    return Held(debate.run(QUESTION, runtime="local"), scripts)


def test_an_argument_is_drafted_criticised_ranked_and_rewritten_before_it_is_said() -> None:
    result, _ = held("khan_sim?rounds=1&critiques=2&swap=false")
    assert [(turn.id, turn.role, turn.round, turn.status) for turn in result.turns if turn.seat != "bo"] == [
        ("0:ada", "debater", None, "ok"), ("1:ada", "critic", None, "ok"), ("2:ada", "critic", None, "ok"),
        ("3:ada", "critic", None, "ok"), ("4:ada", "critic", None, "ok"),
        ("5:ada", "debater", None, "ok"), ("6:ada", "debater", 0, "copied"), ("7:judge", "judge", None, "ok"),
    ]  # fmt: skip
    assert {turn.id: set(turn.heard) for turn in result.turns if turn.heard} == {"7:judge": {"6:ada", "6:bo"}}
    assert [turn.said.splitlines()[0] for turn in result.transcript.round(0)] == ["a rewrite"] * 2


def test_in_later_rounds_the_critic_and_the_rewriter_know_what_was_said_and_no_draft_of_the_other_side() -> None:
    result, _ = held("khan_sim?rounds=2&critiques=1&swap=false")
    assert {turn.id: set(turn.heard) for turn in result.turns if turn.heard} == {
        "4:ada": {"3:bo"}, "4:bo": {"3:ada"}, "5:ada": {"3:bo"}, "5:bo": {"3:ada"},
        "6:ada": {"3:bo"}, "6:bo": {"3:ada"}, "8:judge": {"3:ada", "3:bo", "7:ada", "7:bo"},
    }  # fmt: skip


def test_the_critique_that_its_critic_is_surest_of_is_the_one_that_is_heeded() -> None:
    critiques = [json.dumps({"critique": f"critique {number}"}) for number in range(3)]
    worth = [f"Final answer: {word}\nConfidence: {sure}%" for word, sure in (("yes", 60), ("yes", 80), ("no", 90))]
    result, scripts = held("khan_sim?rounds=1&critiques=3&swap=false", {**LINES, "critique": critiques, "worth": worth})
    rewriting = next(request for request in scripts["ada"].requests if asked(request) == "rewrite")
    shown = rewriting.messages[-1].content
    assert [f"critique {number}" in shown for number in range(3)] == [False, True, False]
    assert shown.index("a draft") < shown.index("critique 1")
    assert all("critique" not in turn.prompt[-1].content for turn in result.turns if turn.seat == "judge")


def test_critics_have_a_temperature_of_their_own() -> None:
    _, scripts = held("khan_sim?rounds=1&critiques=2")
    assert {(asked(request), request.temperature) for request in scripts["bo"].requests} == {
        ("argument", 0.4), ("critique", 0.6), ("worth", 0.4), ("rewrite", 0.4),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("lost", "said"), [({"critique": Completion(kind="refused")}, "a draft"), ({"rewrite": "nothing"}, "a draft")]
)
def test_a_draft_stands_where_its_critique_or_its_rewriting_is_lost(lost: Lines, said: str) -> None:
    result, _ = held("khan_sim?rounds=1&critiques=1", {**LINES, **lost})
    assert [turn.said.splitlines()[0] for turn in result.transcript.round(0)] == [said, "a rewrite"]


def test_an_argument_of_the_wrong_length_is_sampled_again_and_no_other() -> None:
    ada = {**LINES, "argument": [argued(words(69)), argued(words(151)), argued(words(70, "right"))]}
    result, scripts = held("khan_sim?rounds=1&resamples=4", ada, {**LINES, "argument": argued(words(150))})
    assert [len(scripts[name].requests) for name in ("ada", "bo")] == [3, 1]
    assert [turn.said.splitlines()[0] for turn in result.transcript.round(0)] == [words(70, "right"), words(150)]


def test_sampling_has_an_end_and_what_is_too_long_is_cut_with_its_quote_closed() -> None:
    text = f"{words(140)} <quote>{words(30, 'tea')}</quote>"
    result, scripts = held("khan_sim?rounds=1&resamples=2&swap=false", {**LINES, "argument": argued(text)})
    assert len(scripts["ada"].requests) == 3
    judged = result.turns[-1].prompt[-1].content
    assert f'word [unverified quote: "{words(8, "tea")}"] …\nFinal answer:' in judged


@pytest.mark.parametrize("protocol", SIDED)
@pytest.mark.parametrize(
    ("ada", "bo", "rule"),
    [("concede", "stand", "concession"), ("concede", "concede", "concession"), ("stand", "stand", "judge")],
)
def test_who_gives_up_leaves_the_answer_to_the_other_side(protocol: str, ada: str, bo: str, rule: str) -> None:
    one, other = ({**LINES, "concede": f"Final answer: {word}"} for word in (ada, bo))
    result, _ = held(f"{protocol}?rounds=1&concession=true", one, other)
    stances = {turn.seat: turn.stance for turn in result.turns}
    assert result.outcome.rule == rule
    assert sum(turn.seat == "judge" for turn in result.turns) == (2 if rule == "judge" else 0)
    if ada != bo:
        assert result.answer == stances["bo"]
        assert result.outcome.support == {stances["ada"]: 0.0, stances["bo"]: 1.0}
    elif rule == "concession":
        assert (result.answer, set(result.outcome.ties)) == (None, {"tea", "milk"})


def test_a_side_that_cannot_be_read_has_not_given_up() -> None:
    result, _ = held("khan_sim?rounds=1&concession=true", {**LINES, "concede": "Hm."})
    assert (result.outcome.rule, result.answer) == ("judge", "tea")


COSTS = {"best_of=2": (4, 4), "critiques=1": (3, 3), "critiques=3": (8, 8), "resamples=2": (1, 3),
         "best_of=2&critiques=2&resamples=1": (9, 12)}  # fmt: skip
"""Calls for one argument, least and most."""


@pytest.mark.parametrize("care", COSTS)
@pytest.mark.parametrize("protocol", [*SIDED, "khan_consultancy"])
def test_care_costs_as_many_calls_as_its_formula_says_and_the_plan_knows(protocol: str, care: str) -> None:
    rounds, sides = 2, 1 if protocol == "khan_consultancy" else 2
    besides = {"khan_sim": 2, "khan_seq": 2, "khan_interactive": 2 + rounds - 1, "khan_consultancy": 2 + rounds - 1}
    low, high = (sides * rounds * count + besides[protocol] for count in COSTS[care])
    spelled = f"{protocol}?rounds={rounds}&{care}"
    result, _ = held(spelled, bo=None if sides == 1 else LINES)  # every argument is too short
    assert result.usage.calls == high
    plan = Debate(["sim/debater"] * sides, protocol=spelled, judge="sim/debater", seed=1).plan(QUESTION)
    assert plan.calls == (low, high)


def test_the_plan_counts_a_concession_with_and_without_the_judge() -> None:
    debate = Debate(["sim/debater"] * 2, protocol="khan_sim?concession=true", judge="sim/debater", seed=1)
    assert debate.plan(QUESTION).calls == (2 * 3 + 2, 2 * 3 + 2 + 2)


@pytest.mark.parametrize("care", ["critiques=2", "resamples=1", "best_of=2&critiques=1", "concession=true"])
@pytest.mark.parametrize("protocol", SIDED)
def test_simulated_models_argue_with_care_and_the_order_of_agents_does_not_matter(
    protocol: str, care: str, simulated: Callable[..., Result]
) -> None:
    one, other = (
        simulated(f"{protocol}?rounds=2&{care}", QUESTION, names, judge=True) for names in ("ada bo", "bo ada")
    )
    assert one.status in {"decided", "undecided"}
    assert (one.answer, one.outcome.support) == (other.answer, other.outcome.support)
