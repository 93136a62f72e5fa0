"""Runs over many questions: in order, resumed, grown, capped, from memory and from a store."""

from pathlib import Path

import pytest

from moot import Budget, Debate, Question, Result, Run, open_run, sim
from moot.agents.llm import Capabilities
from moot.agents.records import Completion, Request, Usage
from moot.errors import SpecChangedError, SpecError, StoreError
from moot.runs.batch import Progress
from moot.runs.summary import Share, summed_up

QUESTIONS = sim.questions()[:12]
PANEL = ["sim/debater", "sim/debater?family=b", "sim/debater?family=c"]


@pytest.fixture
def anyio_backend() -> str:
    """Runs live on moot's own loop, so callers need one kind only."""
    return "asyncio"


class Failing:
    """An LLM whose calls fail until it is mended; counts what it is asked."""

    name = "failing"
    capabilities = Capabilities()

    def __init__(self) -> None:
        self.broken, self.asked = True, 0

    async def complete(self, request: Request) -> Completion:
        """Fail, or say yes."""
        self.asked += 1
        if self.broken:
            return Completion(kind="bad_request", requests=1)
        usage = Usage(prompt_tokens=10, completion_tokens=3, cost_nano_usd=0)
        return Completion(kind="ok", text="Final answer: yes", usage=usage)


def held(rounds: int = 2, seed: int | None = 7) -> Debate:
    return Debate(PANEL, protocol="society", rounds=rounds, seed=seed)


def digests(run: Run) -> list[str]:
    return [result.digest for result in run.results()]


def test_results_come_in_the_order_of_questions_and_trials() -> None:
    run = held().run_many(QUESTIONS, trials=2, runtime="local", concurrency=5)
    order = [(result.question.id, result.trial) for result in run.results()]
    assert order == [(question.id, trial) for question in QUESTIONS for trial in range(2)]
    assert (run.asked, run.ended, run.usage.calls) == (24, 24, 24 * 6)


def test_a_debate_of_a_run_is_the_debate_held_alone_and_trials_differ() -> None:
    run = held().run_many(QUESTIONS, trials=2, runtime="local")
    alone = [held().run(question, runtime="local").digest for question in QUESTIONS]
    first, second = digests(run)[::2], digests(run)[1::2]
    assert first == alone
    assert first != second


def test_a_stored_result_is_told_again_whole(tmp_path: Path) -> None:
    kept = list[Result]()
    for protocol in ("vote", "self_consistency", "society", "du", "sequential"):
        debate = Debate(PANEL, protocol=protocol, judge="sim/debater", decide="plurality >> judge", seed=3)
        alone = debate.run(QUESTIONS[0], runtime="local")
        run = debate.run_many([QUESTIONS[0]], runtime="local", store=tmp_path / "s.sqlite", name=protocol)
        stored = next(run.results())
        unmeasured = {"usage": alone.usage, "debate_id": alone.debate_id}
        told = stored.model_copy(update=unmeasured)
        assert [(t.prompt, t.text, t.answer) for t in told.turns] == [(t.prompt, t.text, t.answer) for t in alone.turns]
        assert told.digest == alone.digest
        kept.append(stored)
    assert len({result.digest for result in kept}) == 5


def test_store_and_name_go_on_and_nothing_is_asked_twice(tmp_path: Path) -> None:
    store = tmp_path / "runs.sqlite"
    half = held().run_many(QUESTIONS[:5], runtime="local", store=store, name="x")
    assert half.usage.calls == 30
    before = digests(half)
    whole = held().run_many(QUESTIONS, runtime="local", store=store, name="x")
    assert whole.usage.calls == 72
    assert digests(whole)[:5] == before
    assert open_run(store, "x").resume(runtime="local").usage.calls == 72


def test_rounds_and_trials_may_be_raised_and_only_new_calls_are_made(tmp_path: Path) -> None:
    store = tmp_path / "runs.sqlite"
    held(rounds=2).run_many(QUESTIONS, runtime="local", store=store, name="x")
    longer = held(rounds=3).run_many(QUESTIONS, runtime="local", store=store, name="x")
    assert longer.usage.calls == 12 * 9
    more = held(rounds=3).run_many(QUESTIONS, trials=2, runtime="local", store=store, name="x")
    assert more.usage.calls == 2 * 12 * 9


@pytest.mark.parametrize(
    ("debate", "questions", "word"),
    [
        (held(rounds=1), QUESTIONS, "protocol.rounds = 2"),
        (Debate(PANEL, "ring", "society", rounds=2, seed=7), QUESTIONS, "topology"),
        (held(seed=8), QUESTIONS, "seed = 7"),
        (held(), QUESTIONS[1:], "questions = 12 of them"),
        (held(), QUESTIONS[:3], "questions = 12 of them"),
    ],
)
def test_another_spec_under_the_name_is_refused_by_what_differs(
    debate: Debate, questions: list[Question], word: str, tmp_path: Path
) -> None:
    held().run_many(QUESTIONS, runtime="local", store=tmp_path / "s.sqlite", name="x")
    with pytest.raises(SpecChangedError, match=word):
        debate.run_many(questions, runtime="local", store=tmp_path / "s.sqlite", name="x")


def test_without_a_seed_the_recorded_one_is_taken(tmp_path: Path) -> None:
    store = tmp_path / "s.sqlite"
    first = held(seed=None).run_many(QUESTIONS[:3], runtime="local", store=store, name="x")
    again = held(seed=None).run_many(QUESTIONS[:3], runtime="local", store=store, name="x")
    assert (digests(again), again.usage.calls) == (digests(first), 18)


@pytest.mark.parametrize("kept", [True, False])
def test_what_failed_is_tried_again_and_nothing_else(kept: bool, tmp_path: Path) -> None:
    llm = Failing()
    debate = Debate([*PANEL[:2], llm], protocol="vote", seed=7)
    asked = [Question("Is it so?", kind="bool", id=f"q{number}") for number in range(4)]
    run = debate.run_many(asked, runtime="local", store=tmp_path / "s.sqlite" if kept else None, name="x")
    assert ({result.status for result in run.results()} <= {"degraded", "undecided"}, run.usage.calls) == (True, 8)
    llm.broken = False
    mended = run.resume(runtime="local")
    assert (mended.usage.calls, llm.asked) == (12, 8)
    assert mended.statuses == {"decided": 4}


def test_a_cap_on_the_run_is_kept_over_all_debates_and_raised_on_resume(tmp_path: Path) -> None:
    store = tmp_path / "s.sqlite"
    run = held().run_many(QUESTIONS, budget=Budget(calls=20), runtime="local", store=store, name="x", concurrency=1)
    assert run.usage.calls <= 20
    assert run.statuses["open"] == 8
    assert any(result.capped for result in run.results())
    whole = run.resume(runtime="local")
    assert (whole.usage.calls, whole.ended) == (72, 12)
    assert digests(whole) == digests(held().run_many(QUESTIONS, runtime="local"))


def test_progress_is_told_after_every_debate() -> None:
    told = list[Progress]()
    held().run_many(QUESTIONS, runtime="local", progress=told.append)
    assert [progress.done for progress in told] == list(range(13))
    assert {progress.total for progress in told} == {12}
    assert told[-1].usage.calls == 72


def test_a_repeated_question_gets_another_id_with_a_warning() -> None:
    with pytest.warns(UserWarning, match="comes again"):
        run = held().run_many([QUESTIONS[0], QUESTIONS[0]], runtime="local")
    first, second = run.results()
    assert second.question.id == f"{first.question.id}~2"


def test_no_new_id_is_one_that_comes_later_nor_one_of_a_trial() -> None:
    asked = [Question("a?", kind="bool", id=id) for id in ("k", "k", "k~2", "k#1")]
    with pytest.warns(UserWarning, match="k~3"):
        run = held().run_many(asked, trials=2, runtime="local")
    assert [result.question.id for result in run.results()][::2] == ["k", "k~3", "k~2", "k#1"]
    assert len({result.debate_id for result in run.results()}) == 8


def test_a_run_of_nothing_is_refused() -> None:
    with pytest.raises(SpecError, match="at least one question"):
        held().run_many([], runtime="local")
    with pytest.raises(SpecError, match="trials=0"):
        held().run_many(QUESTIONS, trials=0, runtime="local")


def test_a_stored_run_with_an_object_for_an_llm_is_read_and_says_why_it_cannot_go_on(tmp_path: Path) -> None:
    store = tmp_path / "s.sqlite"
    held = Debate([*PANEL, Failing()], protocol="vote", seed=7)
    run = held.run_many(QUESTIONS[:1], runtime="local", store=store, name="x")
    assert digests(open_run(store, "x")) == digests(run)
    with pytest.raises(SpecError, match="was given an object as its llm"):
        open_run(store, "x").resume(runtime="local")


def test_a_store_without_that_run_is_refused(tmp_path: Path) -> None:
    held().run_many(QUESTIONS[:1], runtime="local", store=tmp_path / "s.sqlite", name="x")
    with pytest.raises(StoreError, match="no run 'y'"):
        open_run(tmp_path / "s.sqlite", "y")


async def test_runs_of_one_process_may_share_a_store(tmp_path: Path) -> None:
    import anyio

    runs = await anyio.amap(
        lambda name: held().arun_many(QUESTIONS[:3], runtime="local", store=tmp_path / "s.sqlite", name=name),
        ["a", "b", "c"],
    )
    assert [run.name for run in runs] == ["a", "b", "c"]
    assert len({tuple(digests(run)) for run in runs}) == 1


async def test_the_stream_of_a_debate_ends_with_its_end() -> None:
    kinds = [event.kind async for event in held().stream(QUESTIONS[0], runtime="local")]
    assert (kinds[0], kinds[-1]) == ("debate_started", "debate_ended")
    assert (kinds.count("round_started"), kinds.count("turn_started"), kinds.count("turn_ended")) == (2, 6, 6)


def test_a_stream_left_early_cancels_the_debate() -> None:
    llm = Failing()
    llm.broken = False
    events = Debate([llm, *PANEL], protocol="society", rounds=500, seed=1).stream(QUESTIONS[0], runtime="local")
    for event in events:
        if event.kind == "turn_ended":
            break
    events.close()
    assert 1 <= llm.asked < 500


def test_the_summary_counts_what_results_say() -> None:
    run = held().run_many(QUESTIONS, runtime="local")
    summary = run.summary()
    results = list(run.results())
    assert summary.correct == Share(sum(result.correct is True for result in results), 12)
    assert summary.flips == sum(len(result.flips) for result in results)
    assert summary.usage.calls == 72
    assert "simulated" in str(run)
    assert summed_up([]).correct.interval == (0.0, 1.0)
