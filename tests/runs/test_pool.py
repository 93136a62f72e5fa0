"""Several models behind one seat: each call has one of them, the same one whenever it is made again."""

from collections import Counter
from pathlib import Path

import pytest

from moot import Agent, Budget, Debate, Question, open_run
from moot.agents.pool import Pool
from moot.errors import CredentialError, PriceError, SpecError, UnknownNameError

QUESTION = Question("What is 17 * 24?", kind="number", gold="408")
MODELS = ["sim/debater", "sim/debater?family=b", "sim/debater?family=c"]


def pooled(rounds: int = 10, seats: int = 4) -> Debate:
    agents = [Agent(f"a{seat}", Pool(MODELS)) for seat in range(seats)]
    return Debate(agents, protocol="society", rounds=rounds, seed=3)


def test_calls_go_to_all_of_them_and_are_told_by_their_model() -> None:
    result = pooled(rounds=30).run(QUESTION, runtime="local")
    counts = Counter(turn.model for turn in result.turns)
    assert set(counts) == set(MODELS)
    assert all(20 <= count <= 60 for count in counts.values())  # of 120, 40 ± 4.5 standard deviations
    assert result.status == "decided"
    assert result.simulated


def test_the_same_seed_draws_the_same_and_a_stored_debate_is_not_paid_again(tmp_path: Path) -> None:
    store = tmp_path / "s.sqlite"
    run = pooled().run_many([QUESTION], runtime="local", store=store, name="x")
    assert next(run.results()).digest == pooled().run(QUESTION, runtime="local").digest
    before = run.usage.calls
    longer = Debate.from_spec(pooled(rounds=11).spec()).run_many([QUESTION], runtime="local", store=store, name="x")
    assert longer.usage.calls == before + 4
    assert open_run(store).resume(runtime="local").usage.calls == before + 4


def test_its_spec_reads_back() -> None:
    spec = pooled().spec()
    assert spec["agents"][0]["llm"] == {"pool": MODELS}
    assert Debate.from_spec(spec).spec() == spec


def test_every_model_is_checked_before_the_first_call(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("OPENAI_API_KEY", "OPENAI_API_BASE", "OPENAI_BASE_URL"):
        monkeypatch.delenv(variable, raising=False)
    with pytest.raises(SpecError, match="at least two"):
        Pool(["sim/debater"])
    with pytest.raises(UnknownNameError, match="debater"):
        Debate([Agent("a", Pool(["sim/debater", "sim/debatr"]))], protocol="vote").run(QUESTION, runtime="local")
    with pytest.raises(CredentialError, match="OPENAI_API_KEY"):
        Debate([Agent("a", Pool(["sim/debater", "openai/gpt-5-mini"]))], protocol="vote").run(QUESTION, runtime="local")
    with pytest.raises(PriceError):
        agent = Agent("a", Pool(["sim/debater", "openai/nobody-knows"]), api_base="http://127.0.0.1:1", max_tokens=9)
        Debate([agent], protocol="vote", budget=Budget(usd=1.0))


def test_a_plan_takes_the_dearest() -> None:
    dear = Agent("a", Pool(["sim/debater", "openai/gpt-5-mini", "openai/gpt-5"]), max_tokens=100)
    alone = Agent("a", "openai/gpt-5", max_tokens=100)
    assert (
        Debate([dear], protocol="vote").plan(QUESTION).cost_usd
        == Debate([alone], protocol="vote").plan(QUESTION).cost_usd
    )
    assert Debate([Agent("a", Pool(MODELS))], protocol="vote").plan(QUESTION).cost_usd == (0, 0)
