"""Confidence by its source: stated, told by tokens, seen in samples or over the rounds; wherever it is used."""

import math
import re
from collections.abc import Callable
from typing import Any

import pytest

from moot import Agent, Completion, Debate, Question, Request, Result, decide, stop
from moot.agents.llm import Capabilities
from moot.agents.tokens import Tokens
from moot.errors import CapabilityError
from moot.protocols import View, society
from moot.protocols.confidence import SAMPLES, Source, likelihood
from moot.testing import Reply, Script, Stub

COLOUR = Question("Which colour?", options=["red", "green", "blue"])
TELLS = Capabilities(seed=True, logprobs=True)
SHOWN = re.compile(r'<message author="(\w+)" round="\d"(?: confidence="([0-9.]+)")?>')
Says = Callable[[Request], str | Completion]


def held(says: dict[str, Says], *, decide: Any = None, stop: Any = None, protocol: Any = "society?rounds=2") -> Result:
    agents = [Agent(name, Script.by(words, capabilities=TELLS)) for name, words in says.items()]
    debate = Debate(agents, protocol=protocol, decide=decide, stop=stop, quorum=1, seed=1)
    return debate.run(COLOUR, runtime="local")


def likely(letter: str, probability: float) -> Says:
    """Gives an answer of that probability, after words that were unlikely."""
    tokens: Tokens = (("Because.\nFinal answer:", -5.0), (f" {letter}", math.log(probability)))

    def says(request: Request) -> Completion:
        return Completion(
            kind="ok", text=f"Because.\nFinal answer: {letter}", logprobs=tokens if request.logprobs else ()
        )

    return says


def always(words: str) -> Says:
    return lambda _: words


def test_the_probability_of_an_answer_is_the_product_of_its_tokens() -> None:
    tokens = (("Final answer: ", math.log(0.1)), ("4", math.log(0.5)), ("08", math.log(0.8)), ("\n", math.log(0.2)))
    assert likelihood(tokens, 14, 17) == pytest.approx(0.4)
    assert likelihood(tokens, 15, 17) == pytest.approx(0.8)
    assert likelihood(tokens, 16, 18) == pytest.approx(0.16)  # a token that is shared counts whole


SURE = {"ada": likely("A", 0.9), "bo": likely("B", 0.4), "cy": likely("B", 0.4)}


def test_an_answer_weighs_as_much_as_its_tokens_are_likely() -> None:
    result = held(SURE, decide="weighted?by=confidence&source=logprob")
    assert result.answer == "red"
    assert result.outcome.support == pytest.approx({"red": 0.9, "green": 0.4 + 0.4})
    assert [turn.confidence for turn in result.turns] == [None] * 6
    assert not any("Confidence" in turn.prompt[-1].content for turn in result.turns)
    assert held(SURE).answer == "green"


def test_tokens_are_not_wished_for_where_nobody_asks_how_sure_they_are() -> None:
    assert {turn.likelihood for turn in held(SURE).turns} == {None}


@pytest.mark.parametrize(
    ("rule", "answer"),
    [
        (decide.linear_pool(source="logprob"), "red"),
        (decide.log_pool(source="logprob"), "red"),
        (decide.weighted(by="log_odds", source="logprob"), "red"),
        ({"weighted": {"by": "confidence", "source": "logprob", "map": {"histogram": [0.9, 0.1]}}}, "green"),
    ],
)
def test_every_rule_that_weighs_takes_the_source(rule: Any, answer: str) -> None:
    assert held(SURE, decide=rule).answer == answer


def test_a_view_shows_the_confidence_of_its_source() -> None:
    result = held(SURE, protocol=society(view=View(confidence="stated", source="logprob")))
    turn = result.transcript.turn("1:ada")
    assert turn is not None
    assert SHOWN.findall(turn.prompt[-1].content) == [("bo", "0.4"), ("cy", "0.4")]
    assert [turn.likelihood for turn in result.transcript.round(1)] == pytest.approx([0.9, 0.4, 0.4])


@pytest.mark.parametrize("protocol", ["confmad", "debunc_prompt", "reconcile"])
@pytest.mark.parametrize("source", ["logprob", "consistency", "stability"])
def test_protocols_that_show_confidence_take_it_from_any_source(protocol: str, source: Source) -> None:
    result = held(SURE, protocol={"name": protocol, "rounds": 3, "source": source})
    expected = {"logprob": "0.9", "consistency": "1", "stability": "1"}[source]
    last = next(turn for turn in reversed(result.turns) if turn.seat == "bo")
    assert f'confidence="{expected}"' in last.prompt[-1].content
    assert not any("Confidence: N%" in turn.prompt[-1].content for turn in result.turns)
    assert result.usage.calls == 9 * (SAMPLES if source == "consistency" else 1)


def drawn(*letters: str) -> Says:
    """Gives these answers to one prompt, one after the other."""
    left = list(letters)
    return lambda _: f"Final answer: {left.pop(0)}"


def test_consistency_is_the_share_of_samples_that_give_the_answer() -> None:
    says = {"ada": drawn(*"AABBC"), "bo": drawn(*"BBBBB"), "cy": drawn("A", "?", "A", "?", "A")}
    result = held(says, protocol="vote", decide="weighted?by=confidence&source=consistency")
    given = {"ada": "AABBC", "bo": "BBBBB", "cy": "A?A?A"}  # which of them is the turn's own, nobody can know
    letter = {"red": "A", "green": "B", "blue": "C", None: ""}
    for turn in result.turns:
        share = given[turn.seat].count(letter[turn.answer]) / SAMPLES
        assert turn.consistency == (share if turn.answer else None)
    assert (result.usage.calls, result.turns[0].usage.calls) == (3 * SAMPLES, SAMPLES)
    assert len(set(result.turns[0].calls)) == SAMPLES


def test_stability_is_the_share_of_rounds_in_which_an_answer_was_kept() -> None:
    says = {"ada": drawn(*"ABAB"), "bo": drawn(*"CCCA"), "cy": drawn(*"AAAA")}
    result = held(says, protocol="society?rounds=4", decide="weighted?by=confidence&source=stability")
    assert result.outcome.support == pytest.approx({"green": 0.0, "red": 2 / 3 + 1.0})
    shown = held(
        {"ada": drawn(*"ABAB"), "bo": drawn(*"CCCA"), "cy": drawn(*"AAAA")},
        protocol=society(rounds=4, view=View(confidence="stated", source="stability")),
    )
    read = {
        id: SHOWN.findall(turn.prompt[-1].content) for id in ("1:cy", "3:cy") if (turn := shown.transcript.turn(id))
    }
    assert read == {"1:cy": [("ada", ""), ("bo", "")], "3:cy": [("ada", "0"), ("bo", "1")]}


def test_stop_rules_take_the_source() -> None:
    one = {"ada": likely("A", 0.9), "bo": likely("B", 0.95)}
    assert (
        held(one, stop="confident?share=0.9&source=logprob").stopped_by
        == "confident: everyone is, by logprob, at least 90%"
    )
    assert held(one, stop=stop.gate(when="confidence", share=0.9, source="logprob")).rounds == 1
    assert held(one, stop="confident?share=0.93&source=logprob").rounds == 2


@pytest.mark.parametrize(
    "given",
    [
        {"decide": "weighted?by=confidence&source=logprob"},
        {"stop": ["unanimous", "confident?source=logprob"]},
        {"protocol": "confmad?source=logprob"},
        {"protocol": society(view=View(confidence="tenths", source="logprob"))},
    ],
    ids=["decide", "stop", "protocol", "view"],
)
def test_a_model_that_does_not_tell_is_refused_before_the_first_call(given: dict[str, Any]) -> None:
    with pytest.raises(CapabilityError) as caught:
        Debate(["sim/debater", Agent("bo", "anthropic/claude-haiku-4-5")], **given)
    assert str(caught.value) == (
        "confidence of source 'logprob' needs logprobs, which 'anthropic/claude-haiku-4-5' of agent 'bo' does not "
        "offer: seat another model, or do without"
    )


def test_a_source_nobody_knows_is_refused() -> None:
    with pytest.raises(Exception, match="source='guess'"):
        decide.decision("log_pool?source=guess")


@pytest.mark.parametrize("source", ["stated", "consistency", "stability", "logprob"])
def test_simulated_debates_are_planned_exactly_and_equal_under_one_seed(source: str) -> None:
    debate = Debate(
        ["sim/debater", "sim/debater?family=b", "sim/debater?family=c"],
        protocol="society?rounds=3",
        decide=f"weighted?by=log_odds&source={source}&map=temperature:2",
        seed=5,
    )
    results = [debate.run(COLOUR, runtime="local") for _ in range(2)]
    assert results[0].digest == results[1].digest
    assert debate.plan(COLOUR).calls == (results[0].usage.calls, results[0].usage.calls)
    assert Debate.from_spec(debate.spec()).run(COLOUR, runtime="local").digest == results[0].digest


def test_tokens_survive_the_journal(tmp_path: Any) -> None:
    seats, rule = ["sim/debater", "sim/debater?family=b"], "weighted?by=confidence&source=logprob"
    first, longer = (
        Debate(seats, rounds=rounds, decide=rule, seed=5).run(
            COLOUR, store=tmp_path / "s.sqlite", name="r", runtime="local"
        )
        for rounds in (2, 3)
    )
    assert (longer.usage.calls, longer.usage.cached_calls) == (6, 4)
    assert [turn.likelihood for turn in longer.turns[:4]] == [turn.likelihood for turn in first.turns]
    assert all(turn.likelihood is not None for turn in longer.turns)


def test_a_providers_tokens_are_weighed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    with Stub() as stub:
        for model, letter, chance in (("m1", "A", 0.9), ("m2", "B", 0.3), ("m3", "B", 0.3)):
            tokens = [("So.\nFinal answer: ", 0.0), (letter, math.log(chance))]
            stub.script(model, Reply("".join(text for text, _ in tokens), logprobs=tokens))
        agents = [Agent(f"a{place}", f"openai/m{place}", api_base=stub.api_base, price=(1, 1)) for place in (1, 2, 3)]
        result = Debate(agents, protocol="vote", decide="weighted?by=confidence&source=logprob").run(
            COLOUR, runtime="local"
        )
    assert result.answer == "red"
    assert result.outcome.support == pytest.approx({"red": 0.9, "green": 0.6})
