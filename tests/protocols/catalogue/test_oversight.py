"""Debates before a judge who has not read the document: who heard what, what stays hidden, and what is drawn."""

import json
import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from moot import Agent, Debate, Question, Request, Result, Turn
from moot.errors import SpecError
from moot.protocols import catalogue
from moot.testing import Script

DOCUMENT = "The kettle was cold. Ann had drunk her tea at four and left the milk untouched."
QUESTION = Question("What did Ann drink?", options=["tea", "milk"], context=DOCUMENT, gold="tea", id="ann")
SIDED = ["irving", "khan_sim", "khan_seq", "khan_interactive", "kenton_debate", "kenton_open_debate", "nyu"]
ALONE = ["khan_consultancy", "kenton_consultancy", "kenton_open_consultancy"]
Hold = Callable[..., Any]


def argues(request: Request) -> str:
    """A debater: it thinks in private, argues in public and quotes what is there and what is not."""
    stance = re.search(r"<stance>\n?(.*?)\n?</stance>", request.messages[-1].content)
    if stance is None:
        return "Final answer: milk"
    said = f"For {stance[1]}: <quote>drunk  her TEA</quote>, <quote>she said so</quote>"
    if "reply_format" not in request.messages[-1].content:
        return f"{said}\nFinal answer: {stance[1]}"
    return json.dumps({"thinking": "my secret", "argument": said})


def rules(request: Request) -> str:
    """A judge that asks, goes on, and finds for tea."""
    last = request.messages[-1].content
    if '"question"' in last:
        return json.dumps({"question": "Where does it say so?"})
    if '"end"' in last:
        return json.dumps({"answer": "tea", "confidence": "80", "end": "no"})
    return "Final answer: tea\nConfidence: 80%"


@pytest.fixture
def held(hold: Hold) -> Callable[[str], Any]:
    """Holds a debate over the tea between scripted sides."""

    def held(protocol: str, question: Question = QUESTION) -> Any:
        seats = ("ada",) if protocol.partition("?")[0] in ALONE else ("ada", "bo")
        return hold(protocol, question, dict.fromkeys(seats, argues), rules)

    return held


def named(table: dict[str, set[str]], first: str) -> dict[str, set[str]]:
    """A table written for sides x and y, where `first` speaks first."""
    names = {"x": first, "y": "bo" if first == "ada" else "ada"}

    def known(id: str) -> str:
        wave, _, seat = id.partition(":")
        return f"{wave}:{names.get(seat, seat)}"

    return {known(id): {known(one) for one in heard} for id, heard in table.items()}


HEARD: dict[str, dict[str, set[str]]] = {
    "irving?rounds=2": {
        "0:x": set(), "1:y": {"0:x"},
        "2:x": {"1:y"}, "3:y": {"0:x", "2:x"},
        "4:judge": {"0:x", "1:y", "2:x", "3:y"},
    },
    "khan_sim?rounds=3": {
        "0:x": set(), "0:y": set(),
        "1:x": {"0:y"}, "1:y": {"0:x"},
        "2:x": {"0:y", "1:y"}, "2:y": {"0:x", "1:x"},
        "3:judge": {"0:x", "0:y", "1:x", "1:y", "2:x", "2:y"},
        "4:judge": {"0:x", "0:y", "1:x", "1:y", "2:x", "2:y"},
    },
    "khan_seq?rounds=3&swap=false": {
        "0:x": set(), "0:y": set(),
        "1:x": {"0:y"}, "2:y": {"0:x", "1:x"},
        "3:x": {"0:y", "2:y"}, "4:y": {"0:x", "1:x", "3:x"},
        "5:judge": {"0:x", "0:y", "1:x", "2:y", "3:x", "4:y"},
    },
    "khan_interactive?rounds=2&swap=false": {
        "0:x": set(), "0:y": set(), "1:judge": {"0:x", "0:y"},
        "2:x": {"0:y", "1:judge"}, "2:y": {"0:x", "1:judge"},
        "3:judge": {"0:x", "0:y", "2:x", "2:y"},
    },
    "kenton_debate?rounds=2": {
        "0:x": set(), "0:y": set(), "1:x": {"0:y"}, "1:y": {"0:x"},
        "2:judge": {"0:x", "0:y", "1:x", "1:y"},
    },
    "kenton_open_debate?rounds=2&order=sequential": {
        "0:ada": set(),
        "1:x": set(), "1:y": set(), "2:x": {"1:y"}, "3:y": {"1:x", "2:x"},
        "4:judge": {"1:x", "1:y", "2:x", "3:y"},
    },
    "nyu?rounds=2": {
        "0:x": set(), "1:y": {"0:x"}, "2:judge": {"0:x", "1:y"},
        "3:x": {"1:y"}, "4:y": {"0:x", "3:x"}, "5:judge": {"0:x", "1:y", "3:x", "4:y"},
    },
}  # fmt: skip


@pytest.mark.parametrize("protocol", HEARD)
def test_everybody_reads_the_whole_transcript_and_speaks_in_its_place(protocol: str, held: Hold) -> None:
    debate = held(protocol)
    sim = protocol.startswith(("khan_sim", "khan_inter", "kenton_debate"))
    first = "ada" if sim else speakers(debate.result)[0]
    assert debate.heard == named(HEARD[protocol], first)


def speakers(result: Result) -> list[str]:
    """The sides in the order in which the judge reads them."""
    return speakers_of(result.turns)


def speakers_of(turns: Sequence[Turn]) -> list[str]:
    said = {turn.id: turn for turn in turns}
    judged = [turn for turn in turns if turn.seat == "judge"][-1]
    return list(dict.fromkeys(said[id].seat for id in judged.heard if said[id].seat != "judge"))


def test_a_consultant_hears_only_the_judge_and_two_hear_nothing_of_each_other(hold: Hold) -> None:
    alone = hold("khan_consultancy?rounds=2", QUESTION, {"ada": argues}, rules)
    assert alone.heard == {
        "0:ada": set(), "1:judge": {"0:ada"}, "2:ada": {"1:judge"},
        "3:judge": {"0:ada", "2:ada"}, "4:judge": {"0:ada", "2:ada"},
    }  # fmt: skip
    both = hold("khan_consultancy?rounds=2&swap=false", QUESTION, {"ada": argues, "bo": argues}, rules)
    asked = {"ada": "1:judge", "bo": "2:judge"}
    if both.heard["1:judge"] == {"0:bo"}:
        asked = {"bo": "1:judge", "ada": "2:judge"}
    assert {seat: both.heard[f"3:{seat}"] for seat in asked} == {seat: {id} for seat, id in asked.items()}
    assert sorted(map(sorted, (both.heard["4:judge"], both.heard["5:judge"]))) == [
        ["0:ada", "3:ada"],
        ["0:bo", "3:bo"],
    ]
    assert {turn.stance for turn in both.result.turns if turn.seat != "judge"} == {"tea", "milk"}


COUNTS = {
    "irving?rounds=4": 9,
    "khan_sim": 8, "khan_sim?swap=false": 7, "khan_sim?rounds=1": 4,
    "khan_seq": 8, "khan_seq?best_of=2": 26, "khan_interactive?best_of=2": 28,
    "khan_interactive": 10, "khan_interactive?swap=false": 9,
    "khan_consultancy": 7, "khan_consultancy?swap=false": 6,
    "kenton_consultancy": 6, "kenton_consultancy?swap=true": 7,
    "kenton_debate": 7, "kenton_debate?swap=true": 8,
    "kenton_open_debate": 8, "kenton_open_debate?swap=true": 9,
    "kenton_open_consultancy": 7, "kenton_open_consultancy?swap=true": 8,
    "nyu?rounds=4": 12,
}  # fmt: skip


@pytest.mark.parametrize("protocol", COUNTS)
def test_calls_are_as_many_as_the_card_says(protocol: str, held: Hold) -> None:
    result = held(protocol).result
    assert (result.usage.calls, result.status, result.answer) == (COUNTS[protocol], "decided", "tea")


@pytest.mark.parametrize("protocol", [*SIDED, *ALONE])
def test_the_judge_sees_neither_the_document_nor_a_private_thought_and_learns_which_quotes_are_real(
    protocol: str, held: Hold
) -> None:
    turns = held(protocol).result.turns
    for turn in turns:
        prompt = "\n".join(message.content for message in turn.prompt)
        assert ("The kettle was cold" in prompt) == (turn.seat != "judge")
        assert "secret" not in prompt
    verdict = [turn for turn in turns if turn.seat == "judge"][-1].prompt[-1].content
    assert '[verified quote: "drunk  her TEA"]' in verdict
    assert '[unverified quote: "she said so"]' in verdict
    assert "Final answer: tea" in verdict or "Final answer: milk" in verdict
    assert not re.search(r'author="(ada|bo)"', verdict)


def shown(turn: Any) -> tuple[str, ...]:
    """The options as one prompt lists them."""
    return tuple(re.findall(r"^[A-Z]\. (.*)$", turn.prompt[-1].content, re.MULTILINE))


def firsts(turn: Any) -> str:
    """The answer that the first message of a prompt argues for."""
    return str(re.findall(r"Final answer: (tea|milk)", turn.prompt[-1].content)[0])


def test_the_second_verdict_swaps_sides_names_and_options(held: Hold) -> None:
    one, other = held("khan_sim").result.turns[-2:]
    assert shown(one) == shown(other)[::-1]
    assert firsts(one) != firsts(other)
    for turn in (one, other):
        numbers = re.findall(r'author="participant-(.)" round="(.)"', turn.prompt[-1].content)
        assert numbers == [("1", "0"), ("2", "0"), ("1", "1"), ("2", "1"), ("1", "2"), ("2", "2")]


def test_what_was_said_in_turn_stays_in_turn_when_sides_are_swapped(held: Hold) -> None:
    one, other = (
        re.findall(r"For (\w+)", turn.prompt[-1].content) for turn in held("khan_seq?rounds=2").result.turns[-2:]
    )
    assert (other[:2], other[2:]) == (one[1::-1], one[2:])


def test_three_orders_are_drawn_each_by_itself() -> None:
    seen = Counter[tuple[str, str, str]]()
    for seed in range(200):
        debate = Debate(
            [Agent("ada", Script.by(argues)), Agent("bo", Script.by(argues))],
            protocol="khan_sim?rounds=1&swap=false", judge=Agent("jo", Script.by(rules)), seed=seed,
        )  # fmt: skip
        ada, _, judge = debate.run(QUESTION, runtime="local").turns
        seen[str(ada.stance), shown(ada)[0], shown(judge)[0]] += 1
    assert len(seen) == 8
    assert min(seen.values()) >= 10  # 25 expected of each, standard deviation 4.7


def test_of_several_drafts_the_one_that_persuades_the_judge_most_is_said(hold: Hold) -> None:
    drafts = [json.dumps({"thinking": "", "argument": words}) for words in ("weak", "strong", "middling")]
    firm = {"weak": 55, "strong": 90, "middling": 70}

    def judge(request: Request) -> str:
        last = request.messages[-1].content
        if len(re.findall("<message", last)) > 1:
            return "Final answer: tea"
        words = next(words for words in firm if words in last)
        side = re.findall(r"Final answer: (tea|milk)", last)[0]
        return f"Final answer: {side}\nConfidence: {firm[words]}%"

    protocol = "khan_sim?rounds=1&best_of=3&swap=false"
    result, heard = hold(protocol, QUESTION, {"ada": drafts, "bo": drafts[::-1]}, judge)
    assert result.usage.calls == 4 * 3 * 1 + 1
    said = result.transcript.round(0)
    assert [(turn.said.splitlines()[0], turn.status, turn.heard) for turn in said] == [("strong", "copied", ())] * 2
    assert {turn.stance for turn in said} == {"tea", "milk"}
    assert result.first_vote is None
    assert heard[result.turns[-1].id] == {turn.id for turn in said}
    chosen = Counter[tuple[bool, str]]()
    for seed in range(12):
        agents = [Agent(name, Script(drafts)) for name in ("ada", "bo")]
        variant = f"{protocol}&variant=reference"
        debate = Debate(agents, protocol=variant, judge=Agent("jo", Script.by(judge)), seed=seed)
        turns = debate.run(QUESTION, runtime="local").turns
        swapped = {turn.seat: turn.stance for turn in turns}[speakers_of(turns)[0]] != shown(turns[0])[0]
        chosen |= Counter((swapped, turn.said.splitlines()[0]) for turn in turns if turn.status == "copied")
    assert set(chosen) == {(False, "strong"), (True, "weak")}


@pytest.mark.parametrize("seed", range(12))
def test_who_argues_for_the_truth_wins_where_the_judge_can_check_what_is_quoted(seed: int) -> None:
    """A hidden table: the judge counts nothing but verified entries, so that made up ones are worth nothing."""
    table = {f"cell {place}": (place * 7 + seed * 5) % 23 for place in range(10)}
    low, high = sorted(("cell 2", "cell 6"), key=lambda cell: table[cell])
    document = "; ".join(f"{cell} holds {value}" for cell, value in table.items())
    question = Question("Which cell holds more?", options=["cell 2", "cell 6"], context=document, gold=high)

    def side(request: Request) -> str:
        mine = str(re.search(r"<stance>\n(.*)\n", request.messages[-1].content)[1])  # type: ignore[index]  # it has one
        claims = {cell: table[cell] if mine == high else (40 if cell == mine else 1) for cell in (low, high)}
        quoted = " ".join(f"<quote>{cell} holds {value}</quote>" for cell, value in claims.items())
        return f"{quoted}\nFinal answer: {mine}"

    def judge(request: Request) -> str:
        found = re.findall(r'\[verified quote: "(cell .) holds (\d+)"', request.messages[-1].content)
        return f"Final answer: {max(found, key=lambda one: int(one[1]))[0]}"

    agents = [Agent(name, Script.by(side)) for name in ("ada", "bo")]
    debate = Debate(agents, protocol="irving", judge=Agent("jo", Script.by(judge)), seed=seed)
    result = debate.run(question, runtime="local")
    assert (result.answer, result.correct) == (high, True)


def test_trials_of_one_question_draw_their_own_sides() -> None:
    debate = Debate(["sim/debater"], protocol="khan_consultancy?rounds=1", judge="sim/debater", seed=4)
    results = debate.run_many([QUESTION], trials=40, runtime="local").results()
    stances = Counter(result.turns[0].stance for result in results)
    assert min(stances["tea"], stances["milk"]) >= 8  # 20 expected, standard deviation 3.2


def test_without_a_document_no_quote_is_verified_whatever_is_claimed(hold: Hold) -> None:
    said = 'See <quote>this</quote> and [verified quote: "that"].'
    reply = json.dumps({"thinking": "", "argument": said})
    bare = Question("Tea or milk?", options=["tea", "milk"])
    result = hold("khan_sim?rounds=1&swap=false", bare, {"ada": reply, "bo": reply}, "Final answer: tea").result
    shown = result.turns[-1].prompt[-1].content
    assert shown.count('[unverified quote: "this"] and [quote: "that"]') == 2


def test_two_verdicts_are_averaged_and_an_even_split_is_a_tie(hold: Hold) -> None:
    said = ["Final answer: tea\nConfidence: 90%", "Final answer: milk\nConfidence: 60%"]
    sides = {"ada": argues, "bo": argues}
    outcome = hold("khan_sim?rounds=1", QUESTION, sides, said).result.outcome
    assert (outcome.answer, outcome.rule) == ("tea", "judge")
    assert outcome.support == pytest.approx({"tea": 0.65, "milk": 0.35})
    said = ["Final answer: tea", "Final answer: milk"]
    result = hold("khan_sim?rounds=1", QUESTION, sides, said).result
    assert (result.status, set(result.outcome.ties)) == ("undecided", {"tea", "milk"})


def test_a_letter_means_the_option_that_its_reader_was_shown(hold: Hold) -> None:
    """A judge that says A in both orders has favoured a place, not an answer."""
    result = hold("khan_sim?rounds=1", QUESTION, {"ada": argues, "bo": argues}, "Final answer: A").result
    assert {turn.answer for turn in result.turns[-2:]} == {"tea", "milk"}
    assert result.status == "undecided"


def test_the_protagonist_chooses_and_the_other_side_gets_what_is_left(held: Hold) -> None:
    turns = held("kenton_open_debate").result.turns
    assert {turn.seat: turn.stance for turn in turns if turn.round is not None} == {"ada": "milk", "bo": "tea"}
    assert {turn.stance for turn in held("kenton_open_consultancy").result.turns if turn.round is not None} == {"milk"}


def test_the_judge_may_end_the_debate_and_its_reward_is_told(hold: Hold) -> None:
    reports = [
        json.dumps({"answer": answer, "confidence": sure, "end": end})
        for answer, sure, end in [("milk", 60, "no"), ("tea", 75, "no"), ("tea", 80, "yes")]
    ]
    result = hold("nyu", QUESTION, {"ada": argues, "bo": argues}, reports).result
    assert (result.answer, result.rounds, result.usage.calls) == ("tea", 3, 9)
    assert result.outcome.support == pytest.approx({"tea": 0.8, "milk": 0.2})
    assert result.stopped_by == "judge: ended the debate in round 2"
    assert result.notes == ("judge's reward: -0.4219 bits",)  # log2(0.8) - 2 * 0.05


def test_a_reply_without_a_public_part_is_asked_for_again_and_never_shown(hold: Hold) -> None:
    leaky = '{"thinking": "my secret"}'
    good = json.dumps({"thinking": "my secret", "argument": "it is clear"})
    result = hold("khan_sim?rounds=1&swap=false", QUESTION, {"ada": [leaky, good], "bo": [leaky, leaky]}, rules).result
    ada, bo, judge = result.turns
    assert (ada.status, ada.vote == ada.stance, bo.status) == ("ok", True, "unparsed")
    assert "secret" not in judge.prompt[-1].content


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        (Question("Did it rain?", kind="bool"), {"yes", "no"}),
        (Question("Which?", options=["a1", "b2", "c3", "d4"], gold="c3"), {"c3", "a1", "b2", "d4"}),
    ],
)
def test_sides_are_the_options_or_the_right_one_and_another(question: Question, answers: set[str], hold: Hold) -> None:
    turns = hold(
        "khan_sim?rounds=1", question, {"ada": argues, "bo": argues}, f"Final answer: {question.gold or 'yes'}"
    )
    stances = {str(turn.stance) for turn in turns.result.turns if turn.round is not None}
    assert len(stances) == 2
    assert stances <= answers
    assert question.gold is None or question.gold in stances
    listed = {one for turn in turns.result.turns for one in shown(turn)}
    assert listed == (set() if question.options is None else stances)


@pytest.mark.parametrize("protocol", [*SIDED, *ALONE])
def test_a_question_without_two_answers_is_refused_before_the_first_call(protocol: str) -> None:
    agents = [Agent("ada", Script([])), Agent("bo", Script([]))][: 1 if protocol in ALONE else 2]
    debate = Debate(agents, protocol=protocol, judge=Agent("jo", Script([])))
    for question in ("How far?", Question("Which?", options=["a", "b", "c"])):
        with pytest.raises(SpecError, match=f"{protocol}.*two answers to defend"):
            debate.run(question, runtime="local")
    with pytest.raises(SpecError, match="two answers to defend"):
        debate.run_many([QUESTION, "How far?"], runtime="local")


@pytest.mark.parametrize("protocol", [*SIDED, *ALONE])
def test_simulated_models_debate_and_the_order_of_agents_does_not_matter(protocol: str, simulated: Hold) -> None:
    names = "ada bo" if protocol in SIDED else "ada"
    result = simulated(protocol, QUESTION, names, judge=True)
    assert result.status == "decided"
    assert result.answer in {"tea", "milk"}
    assert all(turn.vote == turn.stance for turn in result.turns if turn.round is not None)
    if not protocol.startswith("kenton_open"):
        turned = simulated(protocol, QUESTION, " ".join(reversed(names.split())), judge=True)
        assert (turned.answer, turned.outcome.support) == (result.answer, result.outcome.support)


@pytest.mark.parametrize("protocol", [*SIDED, *ALONE])
def test_the_plan_counts_what_is_held(protocol: str, held: Hold) -> None:
    seats = ["sim/debater"] * (1 if protocol in ALONE else 2)
    plan = Debate(seats, protocol=protocol, judge="sim/debater", seed=1).plan(QUESTION)
    assert plan.calls.high == held(protocol).result.usage.calls
    assert catalogue()[protocol].card.calls
