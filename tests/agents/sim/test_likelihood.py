"""Simulated tokens: as many as are billed, and the answer's together as likely as the model held it."""

import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moot.agents.records import Request
from moot.agents.sim.likelihood import likelihoods
from moot.agents.sim.llm import completion
from moot.agents.sim.names import parse_sim

CITIES = ("Perth", "Canberra", "Sydney", "Melbourne")


def replied(bench: Any, model: str, *, seed: int = 1, logprobs: bool = True, **given: Any) -> Any:
    messages = bench.render("Which city is the capital of Australia?", options=CITIES, **given)
    return completion(parse_sim(model), Request(key="k", model=model, messages=messages, seed=seed, logprobs=logprobs))


@pytest.mark.parametrize("form", ["final", "boxed", "json", "bold", "bare"])
def test_tokens_spell_the_reply_and_are_those_that_are_billed(bench: Any, form: str) -> None:
    reply = replied(bench, f"sim/debater?form={form}")
    assert "".join(text for text, _ in reply.logprobs) == reply.text
    assert len(reply.logprobs) == reply.usage.completion_tokens
    assert sum(logprob < 0 for _, logprob in reply.logprobs) == 1


def test_the_answer_is_as_likely_as_a_calibrated_model_says_it_is(bench: Any) -> None:
    for seed in range(20):
        reply = replied(bench, "sim/debater?calibrated=1&accuracy=0.6", seed=seed, confidence=True)
        stated = int(reply.text.rsplit("Confidence: ", 1)[1].removesuffix("%"))
        assert round(100 * math.exp(sum(logprob for _, logprob in reply.logprobs))) == pytest.approx(stated, abs=1)


def test_exact_agents_are_certain(bench: Any) -> None:
    assert {logprob for _, logprob in replied(bench, "sim/exact-zealot?init=A").logprobs} == {0.0}


def test_the_wish_changes_nothing_else(bench: Any) -> None:
    wished, plain = (replied(bench, "sim/debater", logprobs=wish) for wish in (True, False))
    assert plain.logprobs == ()
    assert replace(wished, logprobs=()) == plain


@given(st.text(max_size=40), st.sampled_from(["B", "17", 'a"b\\c', "tea & milk"]), st.floats(0.001, 1))
def test_the_chance_is_that_of_all_tokens_together(said: str, written: str, chance: float) -> None:
    tokens = likelihoods(f"{said}\nFinal answer: {written}\nConfidence: 17%", written, chance)
    assert math.exp(math.fsum(logprob for _, logprob in tokens)) == pytest.approx(chance)
