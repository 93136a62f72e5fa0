"""Answers compared by an LLM: what it is asked, what is made of its replies, and that nothing is asked again."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from moot import Agent, Completion, Debate, Question, Request, Result
from moot.errors import SeatingError
from moot.runs.ahead.plan import Range
from moot.runs.summary import summed_up
from moot.testing import Script

QUESTION = Question("Who wrote it?", gold="Jane Austen")
AUSTEN = ("Jane Austen", "J. Austen", "Miss Austen", "jane austen")
Pair = tuple[str, str]


class Reader:
    """An LLM that compares by a rule, and keeps what it was asked."""

    def __init__(self, rule: Callable[[str, str], str | Completion]) -> None:
        self.asked: list[Pair] = []
        self.prompts: list[str] = []
        self.llm = Script.by(self._say)
        self._rule = rule

    def _say(self, request: Request) -> str | Completion:
        self.prompts.append("\n".join(message.content for message in request.messages))
        found = re.search(r"<candidates>\n(.*)\n(.*)\n</candidates>", self.prompts[-1])
        assert found is not None
        self.asked.append((found[1], found[2]))
        said = self._rule(found[1], found[2])
        return said if isinstance(said, Completion) else f"Final answer: {said}"


def _saying(said: str | Completion) -> Callable[[str, str], str | Completion]:
    return lambda one, other: said


def surname(one: str, other: str) -> str:
    return "same" if one.casefold().split()[-1] == other.casefold().split()[-1] else "different"


def alike(one: str, other: str) -> bool:
    return surname(one, other) == "same"


def held(said: Sequence[Sequence[str]], reader: Reader, question: Question = QUESTION, **given: Any) -> Result:
    """A debate in which every seat says its answers, round after round."""
    agents = [Agent(f"a{place}", Script([f"Final answer: {one}" for one in lines])) for place, lines in enumerate(said)]
    chosen: dict[str, Any] = {"protocol": "society", "rounds": len(said[0]), "seed": 1, **given}
    return Debate(agents, same=reader.llm, **chosen).run(question, runtime="local")


def test_answers_that_mean_the_same_are_counted_as_the_first_of_them() -> None:
    reader = Reader(surname)
    result = held([["Jane Austen"], ["George Eliot"], ["Miss Austen"]], reader)
    assert result.votes(0) == {"Jane Austen": ("a0", "a2"), "George Eliot": ("a1",)}
    assert (result.answer, result.status, result.outcome.dissent) == ("Jane Austen", "decided", ("a1",))
    assert reader.asked == [("George Eliot", "Jane Austen"), ("Jane Austen", "Miss Austen")]


def test_answers_equal_at_sight_are_not_asked_about_and_no_pair_is_asked_twice() -> None:
    reader = Reader(surname)
    held([["Jane Austen", "jane austen."], ["JANE AUSTEN", "J. Austen"], ["J. Austen", "Jane Austen"]], reader)
    assert reader.asked == [("J. Austen", "Jane Austen")]


def test_a_new_answer_meets_the_first_of_each_class_until_one_is_the_same() -> None:
    reader = Reader(surname)
    result = held(
        [["A Eliot"], ["B Austen"], ["C Eliot"], ["D Woolf"], ["E Austen"]], reader, protocol="vote", rounds=None
    )
    assert reader.asked == [
        ("A Eliot", "B Austen"),
        ("A Eliot", "C Eliot"),
        ("A Eliot", "D Woolf"),
        ("B Austen", "D Woolf"),
        ("A Eliot", "E Austen"),
        ("B Austen", "E Austen"),
    ]
    assert [len(seats) for seats in result.votes(0).values()] == [2, 2, 1]


def test_a_chain_of_near_misses_makes_no_class() -> None:
    def near(one: str, other: str) -> str:
        return "same" if abs(int(one[1:]) - int(other[1:])) <= 1 else "different"

    result = held([["n1"], ["n2"], ["n3"]], Reader(near), Question("Which?"), protocol="vote", rounds=None)
    assert result.votes(0) == {"n1": ("a0", "a1"), "n3": ("a2",)}


@pytest.mark.parametrize("order", [("Austen", "Miss Austen"), ("Miss Austen", "Austen")])
def test_a_pair_is_put_in_one_order_whoever_spoke_first(order: Pair) -> None:
    reader = Reader(surname)
    held([[order[0]], [order[1]]], reader, Question("Who?"), protocol="vote", rounds=None)
    assert reader.asked == [("Austen", "Miss Austen")]


def test_rules_and_views_see_classes_and_the_flips_are_of_meaning() -> None:
    reader = Reader(surname)
    result = held([["Jane Austen", "x"], ["Miss Austen", "x"]], reader, stop="unanimous")
    assert (result.rounds, result.stopped_by.partition(":")[0]) == (1, "unanimous")
    result = held([["Jane Austen", "Miss Austen"], ["George Eliot", "George Eliot"]], Reader(surname))
    assert result.flips == ()


def test_the_same_answers_in_other_words_are_shown_as_one_group() -> None:
    asked: list[str] = []

    def speaks(request: Request) -> str:
        asked.append(request.messages[-1].content)
        return "Final answer: George Eliot"

    agents = [
        Agent("a1", Script(["Final answer: Jane Austen"] * 2)),
        Agent("a2", Script(["Final answer: Miss Austen"] * 2)),
        Agent("a3", Script.by(speaks)),
    ]
    shown = {"name": "society", "rounds": 2, "view": {"form": "counts"}}
    Debate(agents, protocol=shown, same=Reader(surname).llm, seed=1).run("Who wrote it?", runtime="local")
    assert asked[1].count("<message") == 1
    assert re.search(r'<message[^>]*"2"', asked[1])


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("neither", "unparsed"),
        (Completion(kind="auth", detail="no key"), "auth"),
        (Completion(kind="refused"), "refused"),
    ],
)
def test_a_comparison_that_comes_to_nothing_is_noted_and_the_answers_differ(
    said: str | Completion, reason: str
) -> None:
    result = held([["Jane Austen"], ["Miss Austen"]], Reader(_saying(said)), Question("Who?"), rounds=1)
    assert result.votes(0) == {"Jane Austen": ("a0",), "Miss Austen": ("a1",)}
    assert [note for note in result.notes if "Jane Austen" in note and reason in note]
    assert [turn.status for turn in result.turns if turn.role == "comparer"] != ["ok"]


def test_a_comparison_is_a_turn_that_is_counted_and_belongs_to_no_round() -> None:
    result = held([["Jane Austen"], ["Miss Austen"]], Reader(surname), Question("Who?"), rounds=1)
    turn = result.turns[-1]
    assert (turn.seat, turn.role, turn.round, turn.answer, turn.heard) == ("same", "comparer", None, "same", ())
    assert (result.usage.calls, result.rounds, result.seats) == (3, 1, ("a0", "a1"))


def test_the_right_answer_is_compared_at_the_end_and_remembered() -> None:
    reader = Reader(surname)
    result = held([["Miss Austen"], ["Miss Austen"], ["Emily Brontë"]], reader, protocol="vote", rounds=None)
    assert (result.correct, result.compared) == (True, {"Miss Austen": True})
    assert reader.asked[-1] == ("Jane Austen", "Miss Austen")
    assert "Jane Austen" not in "".join(reader.prompts[:-1])
    asked = len(reader.asked)
    again = Result.from_json(result.to_json())
    assert (again.correct, again.right("Emily Brontë"), len(reader.asked)) == (True, None, asked)


def test_the_first_vote_is_compared_too_where_it_is_another() -> None:
    reader = Reader(surname)
    said = [["Miss Austen", "Eliot"], ["Miss Austen", "Eliot"], ["Eliot", "Eliot"]]
    result = held(said, reader)
    assert (result.answer, result.first_vote, result.correct) == ("Eliot", "Miss Austen", False)
    summary = summed_up([result])
    assert (summary.correct.hits, summary.first_vote.hits) == (0, 1)


def test_who_is_right_stays_unknown_where_that_comparison_came_to_nothing() -> None:
    result = held([["Miss Austen"]], Reader(_saying("neither")), rounds=1)
    assert (result.answer, result.correct, result.compared) == ("Miss Austen", None, {})


def test_a_function_decides_who_is_right_without_a_call() -> None:
    agents = [Agent(f"a{place}", Script(["Final answer: Miss Austen"])) for place in (1, 2)]
    debate = Debate(agents, protocol="vote", same=alike, seed=1)
    result = debate.run(QUESTION, runtime="local")
    assert (result.correct, result.usage.calls) == (True, 2)
    assert summed_up([Result.from_json(result.to_json())]).correct.hits == 1


def test_the_oracle_and_the_reward_by_gold_compare_as_the_debate_does() -> None:
    reader = Reader(surname)
    result = held([["Miss Austen"], ["Eliot", "Brontë"]], reader, protocol="mad_oracle", rounds=2)
    assert [turn.status for turn in result.transcript.round(1)] == ["copied", "ok"]


def test_a_cap_leaves_answers_uncompared_and_is_said() -> None:
    result = held([["Jane Austen"], ["Miss Austen"]], Reader(surname), Question("Who?"), rounds=1, budget={"calls": 2})
    assert (result.votes(0), result.capped) == ({"Jane Austen": ("a0",), "Miss Austen": ("a1",)}, True)
    assert any("count as different" in note for note in result.notes)


@pytest.mark.parametrize(
    ("rounds", "question", "high"),
    [
        (1, Question("Who?"), 3 + 3),  # 3 answers, 3 pairs
        (2, Question("Who?"), 6 + 15),
        (1, QUESTION, 3 + 3 + 1),  # and the right one, with the answer
        (1, Question("Is it so?", kind="bool"), 3 + 1),
    ],
)
def test_a_plan_counts_every_pair_at_its_highest_and_none_at_its_lowest(
    rounds: int, question: Question, high: int
) -> None:
    debate = Debate(
        ["sim/debater"] * 3, protocol="society", rounds=rounds, decide="plurality?tie=first", same="sim/debater", seed=1
    )
    plan = debate.plan(question)
    assert plan.calls == Range(3 * rounds + (1 if question.gold else 0), high)
    assert plan.agents["same"].calls.high == high - 3 * rounds


def test_a_stored_debate_is_told_again_and_resumed_without_a_call(tmp_path: Path) -> None:
    reader = Reader(surname)
    agents = [Agent(f"a{place}", Script.by(_always(f"Final answer: {one}"))) for place, one in enumerate(AUSTEN)]
    debate = Debate(agents, protocol="society", rounds=2, same=reader.llm, seed=1)
    store = tmp_path / "runs.sqlite"
    first = debate.run(QUESTION, store=store, name="austen", runtime="local")
    asked = len(reader.asked)
    again = debate.run(QUESTION, store=store, name="austen", runtime="local")
    run = debate.run_many([QUESTION], store=store, name="austen", runtime="local", progress=False)
    assert len({first.digest, again.digest, next(run.results()).digest}) == 1
    assert (again.correct, len(reader.asked)) == (True, asked)


def test_a_debate_cut_short_is_compared_again_from_the_journal(tmp_path: Path) -> None:
    reader, lost = Reader(surname), [True]

    def last(_: Request) -> str | Completion:
        return Completion(kind="auth", detail="no key") if lost[0] else "Final answer: Eliot"

    said = ("Jane Austen", "Miss Austen")
    agents = [Agent(f"a{n}", Script.by(_always(f"Final answer: {one}"))) for n, one in enumerate(said)]
    debate = Debate([*agents, Agent("a2", Script.by(last))], protocol="vote", same=reader.llm, seed=1)
    store = tmp_path / "runs.sqlite"
    assert debate.run(QUESTION, store=store, name="cut", runtime="local").status == "degraded"
    before, lost[0] = len(reader.asked), False
    result = debate.run(QUESTION, store=store, name="cut", runtime="local")
    assert (result.status, result.votes(0)["Jane Austen"]) == ("decided", ("a0", "a1"))
    assert reader.asked[before:] == [("Eliot", "Jane Austen")]


def _always(line: str) -> Callable[[Request], str]:
    return lambda _: line


def test_a_free_pace_goes_by_round_where_answers_are_compared() -> None:
    debate = Debate(["sim/debater"] * 2, protocol="society?rounds=2&pace=free", same="sim/debater", seed=1)
    result = debate.run("Which is larger, 9.11 or 9.9?", runtime="local")
    assert any("paced by round" in note for note in result.notes)


def test_who_compares_is_written_and_read_as_a_judge_is(tmp_path: Path) -> None:
    for given in ("sim/debater?family=b", Agent("cy", "sim/debater", temperature=0.0)):
        debate = Debate(["sim/debater"] * 2, same=given, seed=1)
        debate.save(tmp_path / "debate.yaml")
        assert Debate.load(tmp_path / "debate.yaml").spec() == debate.spec()
    file = tmp_path / "short.yaml"
    file.write_text("agents: [sim/debater, sim/debater]\nsame: sim/debater?family=b\n", encoding="utf-8")
    comparer = Debate.load(file).comparer
    assert comparer is not None
    assert comparer.agent.model == "sim/debater?family=b"


def test_no_debater_is_called_as_who_compares() -> None:
    with pytest.raises(SeatingError, match="'same'"):
        Debate([Agent("same", "sim/debater")], same="sim/debater")
    assert Debate([Agent("same", "sim/debater")]).comparer is None
