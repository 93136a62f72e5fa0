"""What providers bear, as a debate states it: checked, kept, in the file, and no part of what a run is."""

from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

import pytest

import moot
from moot import Agent, Debate, Limits, Question
from moot.errors import SpecError, UnknownNameError, UsageError
from moot.runs.files import read_debate
from moot.testing import Stub

QUESTION = Question("Is it so?", kind="bool")


@pytest.fixture
def stub() -> Iterator[Stub]:
    with Stub() as one:
        one.script("*", "Final answer: yes")
        yield one
    moot.shutdown()


def panel(stub: Stub, seats: int = 5, models: int = 2) -> list[Agent]:
    return [Agent(f"a{n}", f"openai/m{n % models}", api_base=stub.api_base) for n in range(seats)]


def test_limits_of_a_provider_hold_for_all_its_models_together(stub: Stub) -> None:
    debate = Debate(panel(stub, 30), protocol="vote", limits={"openai": {"requests_per_minute": 600}})
    began = perf_counter()
    assert debate.run(QUESTION, runtime="local").status == "decided"
    assert perf_counter() - began >= 2.0  # 10 of 30 at once, then 10 a second
    sent = [seen.at for seen in stub.log]
    assert sum(at < sent[0] + 1.0 for at in sent) <= 21


def test_limits_of_a_model_hold_for_that_model(stub: Stub) -> None:
    debate = Debate(panel(stub, 20), protocol="vote", limits={"openai/m1": Limits(requests_per_minute=120)})
    debate.run(QUESTION, runtime="local")
    free = [seen.at for seen in stub.log if seen.model == "m0"]
    slow = [seen.at for seen in stub.log if seen.model == "m1"]
    assert max(free) - min(free) < 2.0
    assert max(slow) - min(slow) >= 3.5  # 2 of 10 at once, then 2 a second


def test_so_many_calls_at_once(stub: Stub) -> None:
    agents = [Agent(f"a{n}", "openai/m+sleep-0.05", api_base=stub.api_base) for n in range(12)]
    stub.script("m+sleep-0.05", "Final answer: yes")
    Debate(agents, protocol="vote", limits={"openai": {"concurrency": 3}}).run(QUESTION, runtime="local")
    assert stub.peak == 3
    Debate(agents, protocol="vote", limits={"openai": {"concurrency": 12}}).run(QUESTION, runtime="local")
    assert stub.peak > 3  # what is stated later holds from then on


@pytest.mark.parametrize(
    ("limits", "sentence"),
    [
        ({"openia": {"requests_per_minute": 5}}, "no model or provider to limit 'openia'"),
        ({"openai": {"rpm": 5}}, "no key of limits of 'openai' 'rpm'"),
        ({"openai": {"requests_per_minute": 0}}, "limits of 'openai': requests_per_minute=0"),
        ({"openai": 500}, "limits of 'openai' 500: give Limits"),
        (500, "limits 500: give"),
    ],
)
def test_limits_that_cannot_hold_are_refused_in_a_sentence(stub: Stub, limits: object, sentence: str) -> None:
    with pytest.raises(UsageError) as raised:
        Debate(panel(stub), limits=limits)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  (whatever a user gives)
    assert isinstance(raised.value, SpecError | UnknownNameError)
    assert sentence in str(raised.value)


def test_they_stand_in_the_file_and_may_change_when_a_run_is_begun_again(stub: Stub, tmp_path: Path) -> None:
    file = tmp_path / "debate.yaml"
    file.write_text(
        f"agents: [{{name: ada, llm: openai/m0, api_base: '{stub.api_base}'}}]\nprotocol: vote\nseed: 1\n"
        "limits: {openai: {requests_per_minute: 6000}, openai/m0: {concurrency: 2}}\n"
    )
    debate = read_debate(file)
    assert debate.limits == {"openai": Limits(requests_per_minute=6000), "openai/m0": Limits(concurrency=2)}
    assert Debate.from_spec(debate.spec()).spec() == debate.spec()
    store = tmp_path / "runs.sqlite"
    debate.run_many([QUESTION], store=store, name="r", runtime="local", progress=False)
    bare = {key: value for key, value in debate.spec().items() if key != "limits"}
    other = [Question("And that?", kind="bool")]
    run = Debate.from_spec(bare).run_many([QUESTION, *other], store=store, name="r", runtime="local", progress=False)
    assert (run.ended, len(stub.log)) == (2, 2)
