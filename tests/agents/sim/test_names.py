"""Names of simulated models."""

from pathlib import Path

import pytest

from moot.agents.sim import PRESETS, RULES, Simulated, endpoint_model, parse_sim
from moot.agents.sim.debater import Debater
from moot.agents.sim.exact import Follower
from moot.errors import SpecError, UnknownNameError


def test_parameters_become_values() -> None:
    parsed = parse_sim(
        "sim/debater?accuracy=0.8&family=b&skill=history:0.9,law:0.6&latency=0.1,0.4&fail=0.25&calibrated=1"
    )
    behaviour = parsed.behaviour
    assert isinstance(behaviour, Debater)
    assert (behaviour.accuracy, behaviour.family, behaviour.calibrated) == (0.8, "b", True)
    assert behaviour.skill == {"history": 0.9, "law": 0.6}
    assert (parsed.delivery.latency, parsed.delivery.fail) == ((0.1, 0.4), 0.25)


def test_an_exact_rule_takes_its_parameters() -> None:
    behaviour = parse_sim("sim/exact-follower?init=A:0.65,B:0.35&lam=0.3").behaviour
    assert isinstance(behaviour, Follower)
    assert behaviour.lam == 0.3
    assert behaviour.init.written == (("A", 0.65), ("B", 0.35))


@pytest.mark.parametrize(
    ("init", "written"),
    [
        ("A", (("A", 1.0),)),
        ("4.5", (("4.5", 1.0),)),
        ("12:30", (("12:30", 1.0),)),
        ("A:0.6", (("A", 0.6),)),
        ("1,200", (("1,200", 1.0),)),
        ("rock %26 roll", (("rock & roll", 1.0),)),
    ],
)
def test_init_is_an_answer_a_number_or_a_distribution(init: str, written: object) -> None:
    assert getattr(parse_sim(f"sim/exact-voter?init={init}").behaviour, "init").written == written  # noqa: B009  (not in all rules)


@pytest.mark.parametrize(
    ("model", "nearest"),
    [
        ("sim/debator", "sim/debater"),
        ("sim/exact-votter?init=A", "sim/exact-voter"),
        ("sim/debater?acuracy=0.8", "accuracy"),
        ("sim/exact-voter?int=A", "init"),
        ("sim/exact-fj?init=1&anker=0.5", "anchor"),
        ("sim/debater?latenzy=1", "latency"),
    ],
)
def test_an_unknown_name_or_parameter_names_the_nearest(model: str, nearest: str) -> None:
    with pytest.raises(UnknownNameError) as caught:
        parse_sim(model)
    assert caught.value.nearest == nearest


@pytest.mark.parametrize(
    ("model", "words"),
    [
        ("sim/debater?accuracy=1.2", "accuracy=1.2 should be less than or equal to 0.97"),
        ("sim/debater?accuracy=high", "accuracy=high should be a valid number"),
        ("sim/debater?accuracy=nan", "accuracy=nan should be"),
        ("sim/debater?fail=2", "fail=2 should be less than or equal to 1"),
        ("sim/debater?latency=-1", "latency=-1 should be greater than or equal to 0"),
        ("sim/debater?accuracy", "'accuracy' is no parameter: write name=value"),
        ("sim/debater?eta=1&eta=2", "'eta' is given twice"),
        ("sim/debater?pack=/no/such/pack.jsonl", "cannot be read"),
        ("sim/debater?noise=loud", "noise=loud should be 'clean' or 'real'"),
        ("sim/exact-voter", "it needs init=, for example 'sim/exact-voter?init=A'"),
        ("sim/exact-follower?init=A", "it needs lam=, for example 'sim/exact-follower?init=A&lam=0.3'"),
        ("sim/exact-voter?init=A:0.7,B:0.6", "chances that sum to 1.3"),
        ("sim/exact-voter?init=", "init= is empty"),
        ("sim/exact-fj?init=A&anchor=0.5", "init=A must be one number"),
    ],
)
def test_a_wrong_value_is_one_clear_sentence(model: str, words: str) -> None:
    with pytest.raises(SpecError) as caught:
        parse_sim(model)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_broken_pack_is_refused_before_any_call(tmp_path: Path) -> None:
    pack = tmp_path / "pack.jsonl"
    pack.write_text('{"question": "Who?"}\n', encoding="utf-8")
    with pytest.raises(SpecError, match=r"pack\.jsonl, line 1: no 'answer'"):
        parse_sim(f"sim/debater?pack={pack}")


def test_one_actor_serves_a_family_and_one_all_exact_agents() -> None:
    assert endpoint_model("sim/debater?accuracy=0.8") == endpoint_model("sim/stubborn?eta=1") == "sim/debater?family=a"
    assert endpoint_model("sim/debater?family=b") == "sim/debater?family=b"
    assert {endpoint_model(f"sim/{rule}?{_needs(rule)}") for rule in RULES} == {"sim/exact"}


def _needs(rule: str) -> str:
    return "init=1&" + {"exact-follower": "lam=0.3", "exact-fj": "anchor=0.5", "exact-hk": "eps=1"}.get(
        rule, "latency=0"
    )


@pytest.mark.parametrize("model", ["sim/debater", "sim/exact", "sim/exact-voter?init=A", "sim/stubborn?family=b"])
def test_an_endpoint_opens_by_any_of_its_names(model: str) -> None:
    assert Simulated(model).name in {"sim/exact", "sim/debater?family=a", "sim/debater?family=b"}


def test_latency_and_failures_are_no_part_of_who_replies() -> None:
    plain, slow = parse_sim("sim/debater?eta=1&family=b"), parse_sim("sim/debater?latency=2&family=b&fail=0.1&eta=1")
    assert plain.identity == slow.identity


@pytest.mark.parametrize(
    ("preset", "fitted"),
    [
        ("debater", (1.0, 0.58, 2.1, 1.05, 1.0, 0.42)),
        ("conformist", (2.64, 0.58, 0.0, 1.0, 0.0, 0.42)),
        ("swayable", (2.59, 0.58, 0.0, 3.75, 0.0, 0.42)),
        ("erratic", (1.40, 0.58, -0.4, 5.2, 0.0, 0.42)),
        ("stubborn", (0.02, 0.58, 0.0, 1.0, 0.0, 0.42)),
    ],
)
def test_fitted_presets_hold_the_fitted_values(preset: str, fitted: tuple[float, ...]) -> None:
    its = parse_sim(f"sim/{preset}").behaviour
    assert isinstance(its, Debater)
    assert (its.eta, its.s, its.omega, its.sigma, its.delta, its.alpha) == fitted


def test_every_preset_and_rule_says_what_it_is() -> None:
    assert all(preset.about for preset in PRESETS.values())
    assert all(rule.__doc__ for rule in RULES.values())
