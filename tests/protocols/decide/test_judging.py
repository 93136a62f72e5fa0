"""Judges: verdicts, scores, duels and rankings; swapped, blinded, shuffled and cut, alone and in panels."""

import re
from collections.abc import Callable

import pytest

from moot import Agent, Debate, Question, Request, Result
from moot.protocols import decide
from moot.testing import Script

QUESTION = Question("Which is it?", options=["red", "green", "blue"])
SAID = (
    "I say red. Final answer: A",
    "I say green. Final answer: B",
    "I say blue. Final answer: C",
    "Me too. Final answer: B",
)
Says = Callable[[str], str]


def held(rule: str | decide.Decision, says: Says) -> tuple[Result, list[str]]:
    """A vote of four, and what the judge was sent each time."""
    prompts: list[str] = []

    def judge(request: Request) -> str:
        prompts.append(request.messages[-1].content)
        return says(prompts[-1])

    agents = [Agent(f"a{place}", Script([words])) for place, words in enumerate(SAID, 1)]
    debate = Debate(agents, protocol="vote", judge=Agent("mo", Script.by(judge)), decide=rule, seed=1)
    return debate.run(QUESTION, runtime="local"), prompts


def order(prompt: str) -> list[str]:
    return [one or other for one, other in re.findall(r"I say (\w+)|Me (too)", prompt)]


def test_a_verdict_is_one_call_with_the_round_s_own_support() -> None:
    result, prompts = held("judge", lambda _: "Final answer: C")
    assert (result.answer, result.outcome.support, len(prompts)) == ("blue", {"red": 1, "green": 2, "blue": 1}, 1)


def test_a_swapped_judge_reads_both_orders_and_must_agree_with_itself() -> None:
    same, prompts = held("judge?swap=true", lambda _: "Final answer: A")
    assert (same.answer, [order(prompt) for prompt in prompts]) == (
        "red",
        [["red", "green", "blue", "too"], ["too", "blue", "green", "red"]],
    )

    def first_read(prompt: str) -> str:
        return "Final answer: " + {"red": "A", "too": "B"}[order(prompt)[0]]

    biased, _ = held("judge?swap=true", first_read)
    assert (biased.status, biased.answer, set(biased.outcome.ties)) == ("undecided", None, {"red", "green"})


def test_a_blind_judge_sees_no_names_and_a_capped_one_few_words() -> None:
    _, (prompt,) = held("judge?blind=true&words=2", lambda _: "Final answer: A")
    assert not re.search(r"\ba[1-4]\b", prompt)
    assert "participant-1" in prompt
    assert "I say …" in prompt


@pytest.mark.parametrize("size", [1, 3, 5])
def test_a_panel_reads_other_orders_and_its_majority_decides(size: int) -> None:
    given = iter("ABABA")
    result, prompts = held(f"panel?size={size}", lambda _: f"Final answer: {next(given)}")
    assert (result.answer, result.outcome.support["red"]) == ("red", (size + 1) // 2)
    assert len({tuple(order(prompt)) for prompt in prompts}) > (1 if size > 2 else 0)


def test_pointwise_each_answer_is_scored_by_itself() -> None:
    def score(prompt: str) -> str:
        return f"Final answer: {9 if 'C. blue' in prompt.split('<candidates>')[1] else 4}"

    result, prompts = held("judge?form=pointwise", score)
    assert (result.answer, result.outcome.support, len(prompts)) == ("blue", {"red": 4, "green": 4, "blue": 9}, 3)


def test_by_a_rubric_marks_are_added_up_and_a_mark_that_cannot_be_read_counts_for_nothing() -> None:
    def marks(prompt: str) -> str:
        listed = prompt.split("<candidates>")[1]
        if "A. red" in listed:
            return '{"correctness": "10", "reasons": "10", "objections": "very"}'
        return f'{{"correctness": "{8 if "B. green" in listed else 5}", "reasons": 6, "objections": "7/10"}}'

    result, prompts = held("judge?form=rubric", marks)
    assert (result.answer, result.outcome.support, len(prompts)) == ("green", {"green": 21, "blue": 18}, 3)


def test_pairwise_every_two_answers_meet_and_swapped_they_meet_twice() -> None:
    def prefers(prompt: str) -> str:
        listed = prompt.split("<candidates>")[1].split("</candidates>", maxsplit=1)[0]
        return "Final answer: " + next(letter for letter in "CBA" if f"{letter}. " in listed)

    result, prompts = held("judge?form=pairwise", prefers)
    assert (result.answer, result.outcome.support, len(prompts)) == ("blue", {"red": 0, "green": 1, "blue": 2}, 3)
    swapped, prompts = held("judge?form=pairwise&swap=true", prefers)
    assert (swapped.answer, len(prompts)) == ("blue", 6)


def test_listwise_one_ranking_decides() -> None:
    result, prompts = held("judge?form=listwise", lambda _: "Final answer: B > C > A")
    assert (result.answer, result.outcome.support, len(prompts)) == ("green", {"red": 0, "green": 2, "blue": 1}, 1)


def test_a_judge_that_cannot_be_read_is_asked_again_and_then_leaves_the_debate_undecided() -> None:
    result, prompts = held("judge", lambda _: "Hard to say.")
    assert (result.answer, result.status, len(prompts)) == (None, "undecided", 2)
    assert result.outcome.fallback is not None
    assert (result.outcome.fallback.answer, result.outcome.fallback.label) == ("green", "first vote")


@pytest.mark.parametrize(
    "rule", ["judge?swap=true&blind=true", "panel?size=5", "judge?form=pairwise", "panel?blind=false"]
)
def test_a_judge_is_spelled_as_it_was_given(rule: str) -> None:
    assert decide.decision(rule).spec() == rule
