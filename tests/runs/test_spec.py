"""What a debate may be made of: what does not fit is refused in one sentence, and what fits has its effect."""

import operator
from collections.abc import Callable, Mapping
from functools import partial
from math import inf, nan
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moot import Agent, Debate, Question, Request, decide, stop
from moot.errors import MootError, PriceError, SeatingError, SpecError, UnknownNameError
from moot.protocols import Floor
from moot.runs.given import needed
from moot.testing import Script

PANEL = ["sim/debater"] * 3
UNPRICED = "openai/of-unknown-price"


class Mute:
    """An LLM without capabilities."""

    name = "mute"

    async def complete(self, request: Request) -> None:
        """Say nothing."""


def refused(error: type[MootError], sentence: str, **arguments: Any) -> None:
    given: dict[str, Any] = {"agents": PANEL, **arguments}
    with pytest.raises(error) as caught:
        Debate(**given)
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("sentence", "given"),
    [
        ("agents None: give a list", {"agents": None}),
        ("agents 42: give a list", {"agents": 42}),
        ("give a list", {"agents": object()}),
        ("agents 'sim/debater': give a list", {"agents": "sim/debater"}),
        ("agent 'a2': llm 42: use a model name", {"agents": ["sim/debater", 42]}),
        ("an object with name, capabilities and complete", {"agents": [Mute()]}),
        ("agent 'judge': llm 42: use a model name", {"judge": 42}),
        ("quorum '2' must be from 1 to 3, a whole number, or a share", {"quorum": "2"}),
        ("quorum nan must be", {"quorum": nan}),
        ("quorum inf must be", {"quorum": inf}),
        ("quorum True must be", {"quorum": True}),
        ("quorum 0.0 must be", {"quorum": 0.0}),
        ("decide 3: give the name of a rule", {"decide": 3}),
        ("decide {'majority': 0.6}: write", {"decide": {"majority": 0.6}}),
        ("policy 3: give Policy(", {"policy": 3}),
        ("prompts 3: give a folder of templates", {"prompts": 3}),
        ("prompts 'answer': 3: give a folder of templates", {"prompts": {"answer": 3}}),
        ("rounds='2': give a whole number, at least 1", {"rounds": "2"}),
        ("rounds=True: give a whole number, at least 1", {"rounds": True}),
        ("rounds=0: give a whole number, at least 1", {"rounds": 0}),
        ("seed='x': give a whole number", {"seed": "x"}),
        ("seed=1.5: give a whole number", {"seed": 1.5}),
        ("seed=True: give a whole number", {"seed": True}),
        ("budget True: give US dollars", {"budget": True}),
        ("budget '5': give US dollars", {"budget": "5"}),
        ("protocol {'rounds': 3} has no name", {"protocol": {"rounds": 3}}),
        ("same=3: give a plain function of two answers", {"same": 3}),
    ],
)
def test_a_value_of_the_wrong_sort_is_named_with_its_mend(sentence: str, given: Mapping[str, Any]) -> None:
    refused(SpecError, sentence, **given)


@pytest.mark.parametrize("decision", ["", " ", "plurality >>", ">> judge", "plurality >> >> judge"])
def test_a_missing_rule_is_said_to_be_missing(decision: str) -> None:
    refused(SpecError, f"decide {decision!r}: a rule is missing: write one", decide=decision)


@pytest.mark.parametrize(
    ("sentence", "given"),
    [
        ("decision 'judge' needs a judge: give judge=", {"decide": "plurality >> judge"}),
        ("decision 'plurality?tie=judge' needs a judge", {"decide": "plurality?tie=judge"}),
        ("stop rule 'judged' needs a judge", {"stop": stop.unanimous() | stop.judged()}),
        ("protocol 'mad_liang' needs a judge", {"agents": PANEL[:2], "protocol": "mad_liang"}),
    ],
)
def test_what_needs_a_judge_is_named(sentence: str, given: Mapping[str, Any]) -> None:
    refused(SpecError, sentence, **given)


async def without_outcome(floor: Floor) -> None:
    """It forgets to decide."""
    await floor.everyone()


async def of_a_text(floor: Floor) -> str:
    """It gives an answer in place of an outcome."""
    await floor.everyone()
    return "408"


@pytest.mark.parametrize(("protocol", "returned"), [(without_outcome, "None"), (of_a_text, "'408'")])
def test_a_protocol_that_gives_no_outcome_is_told_how(protocol: Any, returned: str) -> None:
    with pytest.raises(SpecError, match=f"'{protocol.__name__}' returned {returned}: end it with an outcome"):
        Debate(PANEL, protocol=protocol).run("x?", runtime="local")


def test_a_debater_has_the_role_of_its_agent() -> None:
    agents = [Agent("ada", "sim/debater", role="critic <now>"), Agent("bo", "sim/debater")]
    result = Debate(agents, protocol="society", rounds=2, seed=1).run("x?", runtime="local")
    assert [turn.role for turn in result.turns] == ["critic <now>", "debater"] * 2
    systems = [turn.prompt[0].content for turn in result.turns]
    assert ["<role>critic &lt;now></role>" in system for system in systems] == [True, False] * 2
    assert "<role>" not in systems[1]
    assert '<own round="0">' in result.turns[2].prompt[-1].content


def test_a_role_of_the_protocol_comes_before_that_of_the_agent() -> None:
    agents = [Agent("ada", "sim/debater", role="critic"), Agent("bo", "sim/debater", role="critic")]
    judge = Agent("arbiter", "sim/debater", role="critic")
    result = Debate(agents, protocol="mad_liang", judge=judge, seed=1).run("x?", runtime="local")
    assert "critic" not in {turn.role for turn in result.turns}


def test_no_debater_plays_the_judge() -> None:
    refused(SeatingError, "no debater has the role 'judge'", agents=[Agent("ada", "sim/debater", role="judge")])


@pytest.mark.parametrize(
    "rule",
    [
        stop.usd(1),
        stop.unanimous() | stop.usd(1),
        stop.usd(1) & stop.rounds(2),
        stop.unanimous() | (stop.rounds(2) & stop.usd(1)),
    ],
)
def test_a_stop_by_money_over_an_unknown_price_is_refused(rule: stop.Stop) -> None:
    fallback = Agent("bo", "sim/debater", fallback=UNPRICED)
    for agents in ([UNPRICED], [*PANEL, fallback], [Debate([UNPRICED])]):
        refused(PriceError, "so the stop rule 'usd' cannot be kept: give Agent(price=", agents=agents, stop=rule)
    refused(PriceError, UNPRICED, judge=UNPRICED, stop=rule)
    assert Debate([Agent("ada", UNPRICED, price=(1, 2)), "sim/debater", Script([])], stop=rule).stop == rule


def test_other_stops_take_unknown_prices() -> None:
    assert Debate([UNPRICED], stop=stop.tokens(100)).stop == stop.tokens(100)


def initials(answer: str, other: str) -> bool:
    """Whether two answers begin alike."""
    return answer[0].casefold() == other[0].casefold()


async def slowly(answer: str, other: str) -> bool:
    """Too late: nobody waits."""
    return answer == other


def saying(*answers: str) -> list[Agent]:
    def spoken(answer: str, _: Request) -> str:
        return f"Final answer: {answer}"

    return [Agent(f"a{at}", Script.by(partial(spoken, answer))) for at, answer in enumerate(answers, 1)]


def test_same_says_which_texts_are_one_answer() -> None:
    towns = saying("Rome", "roma", "Oslo")
    plain, given = (
        Debate(towns, protocol="vote", same=same).run("Where?", runtime="local") for same in (None, initials)
    )
    assert (plain.status, given.status) == ("undecided", "decided")
    assert given.votes(0) == {"Rome": ("a1", "a2"), "Oslo": ("a3",)}


def test_same_is_written_by_its_import_path_and_imported_only_where_that_is_allowed() -> None:
    spec = Debate(PANEL, same=operator.eq, seed=1).spec()
    assert spec["same"] == "_operator:eq"
    with pytest.raises(SpecError, match=r"names code to import: allow it with --allow-import \(imports=True\)"):
        Debate.from_spec(spec)
    assert Debate.from_spec(spec, imports=True).spec() == spec
    with pytest.raises(SpecError, match="cannot be imported"):
        Debate.from_spec({**spec, "same": "_operator:nothing"}, imports=True)


def test_same_is_a_function_that_nobody_waits_for() -> None:
    refused(SpecError, "give a plain function of two answers", same=slowly)


def test_a_spec_without_same_does_not_mention_it() -> None:
    assert "same" not in Debate(PANEL).spec()


def test_weights_are_of_debaters_who_are_seated() -> None:
    refused(UnknownNameError, "no debater to weigh 'zed'", decide=decide.weighted(weights={"zed": 5.0}))
    chain = decide.majority() >> decide.weighted(weights={"a1": 2, "a4": 1})
    refused(UnknownNameError, "did you mean", decide=chain)
    assert Debate(PANEL, decide=decide.weighted(weights={"a3": 2})).decide is not None


@pytest.mark.parametrize(
    ("quorum", "seats", "expected"),
    [(0.28, 25, 7), (0.07, 100, 7), (0.29, 100, 29), (2 / 3, 3, 2), (1.0, 3, 3), (0.01, 3, 1), (2, 3, 2), (None, 4, 3)],
)
def test_a_share_is_the_decimal_number_it_is_written_as(quorum: float | None, seats: int, expected: int) -> None:
    assert needed(quorum, seats) == expected


@given(hundredths=st.integers(1, 100), seats=st.integers(1, 200))
def test_a_share_of_hundredths_is_rounded_up_exactly(hundredths: int, seats: int) -> None:
    assert needed(hundredths / 100, seats) == -(-hundredths * seats // 100)


@pytest.mark.parametrize("quorum", [None, 0.5, 2])
def test_a_quorum_is_kept_as_given_so_that_other_agents_recount_it(quorum: float | None) -> None:
    spec = Debate(PANEL, quorum=quorum).spec()
    assert spec.get("quorum") == quorum
    asked = Question("x?")
    larger = Debate.from_spec({**spec, "agents": ["sim/debater"] * 8})
    assert larger.setting(asked, "d").quorum == {None: 5, 0.5: 4, 2: 2}[quorum]


@pytest.mark.parametrize("protocol", ["society?rounds=3", {"name": "society", "rounds": 3}])
def test_rounds_are_said_once_or_twice_the_same(protocol: Any) -> None:
    refused(SpecError, "rounds=1 contradicts rounds=3 of protocol 'society': give one", protocol=protocol, rounds=1)
    assert Debate(PANEL, protocol=protocol, rounds=3).spec()["protocol"] == {"name": "society", "rounds": 3}


def test_rounds_change_what_the_protocol_leaves_open() -> None:
    setters: list[Callable[[], Debate]] = [
        lambda: Debate(PANEL, protocol="society", rounds=3),
        lambda: Debate(PANEL, protocol="society?rounds=3"),
    ]
    assert [make().protocol.rounds for make in setters] == [3, 3]
