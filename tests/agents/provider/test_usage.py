"""Usage is believed where it can be true, and bounded from above where it cannot."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moot.agents.provider.prices import Price
from moot.agents.provider.usage import estimate_prompt_tokens, in_doubt, spent, worst
from moot.agents.records import Message

ASKED = (Message(role="system", content="You are careful."), Message(role="user", content="Why is the sky blue? " * 20))
TEXT = "It scatters.\nFinal answer: B"


def reported(prompt: object, reply: object, **details: object) -> dict[str, object]:
    return {"prompt_tokens": prompt, "completion_tokens": reply, **details}


def test_true_figures_are_believed() -> None:
    used = spent(reported(110, 9), ASKED, TEXT)
    assert (used.prompt, used.reply, used.estimated) == (110, 9, False)


@pytest.mark.parametrize(
    "figures",
    [
        None,
        {},
        reported(None, None),
        reported(-5, -7),
        reported("many", "few"),
        reported(True, True),
        reported(0, 0),
        reported(1.5, 2.5),
        reported(float("inf"), float("nan")),
        reported(11000, 900),
        reported(10**30, 10**30),
        reported([1], {"a": 1}),
    ],
)
def test_impossible_figures_are_replaced_by_an_upper_estimate(figures: dict[str, object] | None) -> None:
    used = spent(figures, ASKED, TEXT)
    assert used.estimated
    assert used.prompt == estimate_prompt_tokens(ASKED) >= 110
    assert used.reply >= len(TEXT.encode())


def test_each_side_is_judged_alone() -> None:
    used = spent(reported(110, -1), ASKED, TEXT)
    assert (used.prompt, used.estimated) == (110, True)


def test_hidden_thought_is_believed_where_it_is_itemised_or_known_of() -> None:
    itemised = reported(110, 5009, completion_tokens_details={"reasoning_tokens": 5000})
    assert not spent(itemised, ASKED, TEXT).estimated
    assert not spent(reported(110, 5009), ASKED, TEXT, thinks=True).estimated
    assert not spent(reported(110, 5009), ASKED, TEXT, reasoning="hmm " * 2000).estimated
    assert spent(reported(110, 5009), ASKED, TEXT).estimated


def test_hidden_thought_is_bounded_by_what_the_model_may_write() -> None:
    assert spent(reported(110, 5009), ASKED, TEXT, thinks=True, most=600).estimated
    lie = reported(110, 5009, completion_tokens_details={"reasoning_tokens": 10})
    assert spent(lie, ASKED, TEXT, thinks=True).estimated


def test_what_was_asked_for_bounds_the_estimate() -> None:
    assert spent(None, ASKED, "x" * 5000, most=300).reply == 300


def test_cached_tokens_count_only_within_a_believed_prompt() -> None:
    kept = {"prompt_tokens_details": {"cached_tokens": 64}}
    assert spent(reported(110, 9, **kept), ASKED, TEXT).cached == 64
    assert spent(reported(50, 9, **kept), ASKED, TEXT).cached == 0
    assert spent(reported(-1, 9, **kept), ASKED, TEXT).cached == 0


@given(st.lists(st.text(), max_size=5), st.text())
def test_estimates_bound_the_bytes_and_so_the_tokens(contents: list[str], text: str) -> None:
    asked = [Message(role="user", content=content) for content in contents]
    assert estimate_prompt_tokens(asked) >= sum(len(content.encode("utf-8", "surrogatepass")) for content in contents)
    assert spent(None, asked, text).reply >= len(text.encode("utf-8", "surrogatepass"))


@given(st.dictionaries(st.text(), st.none() | st.integers() | st.floats() | st.text()), st.text(), st.booleans())
def test_no_figures_break_it(figures: dict[str, object], text: str, thinks: bool) -> None:
    used = spent(figures, ASKED, text, thinks=thinks)
    assert used.prompt >= 0
    assert used.reply >= 0
    assert 0 <= used.cached <= used.prompt


def test_a_reply_that_never_came_may_have_cost_all_it_was_allowed() -> None:
    assert in_doubt(ASKED, most=500).reply == 500
    assert in_doubt(ASKED, most=500, received=40, whole=True).reply < 500
    assert in_doubt(ASKED, most=None, received=400).reply >= 400


FIGURES = st.none() | st.booleans() | st.integers(-(10**9), 10**15) | st.floats() | st.text(max_size=5)
DETAILS = st.fixed_dictionaries({}, optional={"reasoning_tokens": FIGURES, "cached_tokens": FIGURES})
REPORTS = st.fixed_dictionaries(
    {},
    optional={
        "prompt_tokens": FIGURES,
        "completion_tokens": FIGURES,
        "prompt_tokens_details": DETAILS,
        "completion_tokens_details": DETAILS,
    },
)


@given(REPORTS, st.lists(st.text(max_size=60), max_size=4), st.text(max_size=400), st.integers(1, 5000), st.booleans())
def test_whatever_a_provider_reports_a_call_costs_no_more_than_was_set_aside(
    reported: dict[str, object], contents: list[str], text: str, most: int, thinks: bool
) -> None:
    messages = [Message(role="user", content=content) for content in contents]
    price = Price(prompt=Decimal(1), reply=Decimal(4), cached=Decimal("0.1"))
    used, aside = spent(reported, messages, text, most=most, thinks=thinks), worst(messages, most)
    assert price.nano_usd(used) <= price.nano_usd(aside)
    assert used.prompt + used.reply <= aside.prompt + aside.reply
