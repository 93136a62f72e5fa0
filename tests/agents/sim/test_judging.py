"""Judges, moderators, summarisers and sides."""

import json
from dataclasses import replace
from math import sqrt
from typing import Any

import pytest

from moot.agents.sim.debater import Debater
from moot.agents.sim.draws import Draws
from moot.agents.sim.judging import verdict
from moot.agents.sim.reader import Heard, Reading, read
from moot.agents.sim.world import Item, item_of

CITIES = ("Perth", "Canberra", "Sydney", "Melbourne")
ASKED = "Which city is the capital of Australia?"
PAIRS = 6000


def orders(bench: Any, judge: Debater, answers: tuple[str, str] = ("A", "C")) -> dict[str, float]:
    """Shares of pairs of arguments of which the same one wins in both orders, the first, the second."""
    tally = {"same": 0.0, "first": 0.0, "second": 0.0}
    draws = Draws(b"judge")
    topic = read(bench.render(ASKED, options=CITIES))
    item = _item()
    for number in range(PAIRS):
        arguments = [bench.peer(name, f"Argument {number} of {name}.") for name in ("x", "y")]
        heard = [
            _heard(argument.author, argument.text, CITIES["ABCD".index(letter)])
            for argument, letter in zip(arguments, answers, strict=True)
        ]
        won: list[bool] = []
        for shown in (heard, heard[::-1]):
            ruling = verdict(_with(topic, shown), item, judge, 1.0, draws)
            assert ruling is not None
            won.append(ruling.argument is shown[0])
        key = "first" if all(won) else "second" if not any(won) else "same"
        tally[key] += 1 / PAIRS
    return tally


def _item() -> Item:
    return item_of(ASKED, "choice", CITIES, 0, None)


def _heard(author: str, body: str, answer: str) -> Heard:
    return Heard(author, 0, None, answer, None, 2, body)


def _with(reading: Reading, peers: list[Heard]) -> Reading:
    return replace(reading, peers=tuple(peers), role="judge")


def spread(share: float) -> float:
    return 4.5 * sqrt(share * (1 - share) / PAIRS)


def test_a_judge_prefers_what_is_shown_first_as_measured(bench: Any) -> None:
    assert orders(bench, Debater()) == {
        key: pytest.approx(share, abs=spread(share))
        for key, share in {"same": 0.650, "first": 0.300, "second": 0.050}.items()
    }


def test_an_older_judge_prefers_it_more(bench: Any) -> None:
    found = orders(bench, Debater(b=1.87))
    assert found["first"] == pytest.approx(0.505, abs=spread(0.505))
    assert found["second"] == pytest.approx(0.012, abs=spread(0.012))


def test_a_judge_without_position_bias_rules_alike_in_both_orders(bench: Any) -> None:
    found = orders(bench, Debater(b=0))
    assert found["first"] == pytest.approx(found["second"], abs=2 * spread(0.17))


def right(bench: Any, judge: Debater) -> tuple[float, float]:
    """Share of right verdicts with the right answer shown first, and second."""
    topic, item, draws = read(bench.render(ASKED, options=CITIES)), _item(), Draws(b"right")
    shares = [0.0, 0.0]
    for number in range(PAIRS):
        heard = [_heard("x", f"True {number}.", "Canberra"), _heard("y", f"False {number}.", "Sydney")]
        for place, shown in enumerate((heard, heard[::-1])):
            ruling = verdict(_with(topic, shown), item, judge, 1.0, draws)
            shares[place] += (ruling is not None and ruling.answer == "Canberra") / PAIRS
    return shares[0], shares[1]


def test_a_judge_finds_the_right_answer_three_times_in_four(bench: Any) -> None:
    first, second = right(bench, Debater())
    assert (first + second) / 2 == pytest.approx(0.760, abs=spread(0.76))
    assert first > second + 0.1


def test_a_judge_of_pure_evidence_follows_the_closed_form(bench: Any) -> None:
    first, second = right(bench, Debater(D=0, d=1.153, b=0.8))
    assert first == pytest.approx(0.876, abs=spread(0.876))
    assert second == pytest.approx(0.587, abs=spread(0.587))


def test_elo_and_length_count_where_they_are_asked_to(bench: Any) -> None:
    rated = right(bench, Debater(D=0, d=0, b=0, elo={"x": 400.0}))
    assert rated == pytest.approx((10 / 11, 10 / 11), abs=spread(10 / 11))
    topic, item = read(bench.render(ASKED, options=CITIES)), _item()
    heard = [_heard("x", "a" * 800, "Perth"), _heard("y", "a" * 100, "Sydney")]
    judge = Debater(D=0, d=0, b=0, v=1.0)
    draws, wins = Draws(b"length"), 0
    for _ in range(PAIRS):
        ruling = verdict(_with(topic, heard), item, judge, 1.0, draws)
        wins += ruling is not None and ruling.argument.author == "x"
    assert wins / PAIRS == pytest.approx(8 / 9, abs=spread(8 / 9))


def debate(bench: Any, role: str, answers: tuple[str, ...] = ("B", "C"), **given: Any) -> Any:
    peers = [bench.peer(f"p{place}", bench.final(answer)) for place, answer in enumerate(answers)]
    return bench.render(ASKED, options=CITIES, peers=peers, role=role, **given)


@pytest.mark.parametrize("role", ["judge", "moderator", "summariser"])
def test_a_judge_settles_on_an_answer_it_was_shown(bench: Any, role: str) -> None:
    answers = {bench.call("sim/debater", debate(bench, role), seed=seed).view["answer"] for seed in range(20)}
    assert answers <= {"Canberra", "Sydney"}
    assert bench.call("sim/debater", debate(bench, role, ("D", "D"))).view["answer"] == "Melbourne"


def test_a_judge_of_open_text_takes_over_a_participants_words(bench: Any) -> None:
    peers = [bench.peer("x", bench.final("only at night")), bench.peer("y", bench.final("not at all"))]
    prompt = bench.render("Should cities ban cars?", "text", peers=peers, role="judge")
    assert bench.call("sim/debater", prompt).text.splitlines()[-1] in {
        "Final answer: only at night",
        "Final answer: not at all",
    }


def test_a_judge_asked_whether_to_go_on_stops_when_all_say_the_same(bench: Any) -> None:
    def asked(*answers: str) -> object:
        peers = [bench.peer(f"p{place}", bench.final(answer)) for place, answer in enumerate(answers)]
        listed = {"candidates": ("stop", "continue"), "wanted": "stop or continue"}
        prompt = bench.render(ASKED, options=CITIES, peers=peers, role="judge", **listed)
        return bench.call("sim/debater", prompt).view["answer"]

    assert asked("Canberra", "canberra", "Canberra") == "stop"
    assert asked("B", "B. Canberra", "Canberra") == "stop"
    assert asked("Canberra", "Sydney") == "continue"
    assert asked("Canberra", "no idea") == "continue"


def test_a_judge_of_a_tie_keeps_to_the_candidates(bench: Any) -> None:
    prompt = debate(bench, "judge", ("A", "B", "C", "C", "B"), candidates=("C. Sydney", "B. Canberra"))
    texts = {str(bench.call("sim/debater", prompt, seed=seed).text).splitlines()[-1] for seed in range(40)}
    assert texts == {"Final answer: B", "Final answer: C"}


def test_a_moderator_waits_until_the_case_is_clear(bench: Any) -> None:
    fields = {
        "decided": "yes if one side has clearly made its case, else no",
        "supported": "affirmative, negative or neither",
        "reason": "one sentence",
        "answer": "the answer of the side you support if decided is yes, else empty",
    }
    agreed = json.loads(bench.call("sim/debater", debate(bench, "moderator", ("B", "B"), fields=fields)).text)
    assert (agreed["decided"], agreed["answer"]) == ("yes", "B")
    assert agreed["supported"] in {"affirmative", "negative"}
    replies = [
        json.loads(bench.call("sim/debater?sureness=0.99", debate(bench, "moderator", fields=fields), seed=seed).text)
        for seed in range(5)
    ]
    assert {(reply["decided"], reply["supported"], reply["answer"]) for reply in replies} == {("no", "neither", "")}
    assert all(reply["reason"].endswith(".") for reply in replies)


def test_keys_are_filled_by_name_and_by_description(bench: Any) -> None:
    fields = {"answer": "your answer", "confidence": "from 0 to 100", "p1": "a score", "clarity": "a mark from 1 to 10"}
    reply = json.loads(bench.call("sim/debater", debate(bench, "judge", fields=fields)).text)
    assert list(reply) == list(fields)
    assert reply["answer"] in "BC"
    assert 0 <= reply["confidence"] <= 100
    assert 1 <= reply["p1"] <= 10
    assert 1 <= reply["clarity"] <= 10


def test_a_schema_gives_keys_and_types_where_the_prompt_does_not(bench: Any) -> None:
    schema = {
        "type": "object",
        "properties": {
            "answer": {"type": "string"},
            "decided": {"type": "boolean", "description": "yes or no"},
            "confidence": {"type": "number", "description": "from 0 to 1"},
        },
    }
    reply = json.loads(bench.call("sim/debater", debate(bench, "judge"), schema=schema).text)
    assert reply["answer"] in "BC"
    assert reply["decided"] is True
    assert 0 < reply["confidence"] <= 1


def test_a_speaker_with_a_stance_argues_it_whatever_it_hears(bench: Any) -> None:
    prompt = debate(bench, "affirmative", ("B", "B", "B"), stance="Perth")
    for seed in range(10):
        completion = bench.call("sim/debater", prompt, seed=seed)
        assert completion.view["answer"] == "Perth"
        assert completion.text.endswith("Final answer: A")


def test_the_negative_side_hardly_ever_says_what_the_affirmative_said(bench: Any) -> None:
    same = {"": 0, "negative": 0}
    for number in range(150):
        for role in same:
            prompt = bench.render(
                f"Which frob is number {number}?", options=CITIES, peers=[bench.peer("x", bench.final("B"))], role=role
            )
            same[role] += bench.call("sim/debater", prompt).view["answer"] == "Canberra"
    assert same["negative"] < 0.05 * 150 < 0.2 * 150 < same[""]


def test_ratings_spread_around_the_middle_of_the_scale(bench: Any) -> None:
    scores: list[int] = []
    for number in range(300):
        completion = bench.call("sim/debater", bench.render(f"How good is poem {number}?", "score"), seed=number)
        scores.append(int(str(completion.view["answer"])))
    mean = sum(scores) / len(scores)
    deviation = sqrt(sum((score - mean) ** 2 for score in scores) / len(scores))
    assert mean == pytest.approx(5.5, abs=4.5 * 1.89 / sqrt(300))
    assert deviation == pytest.approx(sqrt(1.6**2 + 1), abs=0.3)
