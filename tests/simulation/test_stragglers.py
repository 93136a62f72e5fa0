"""One of five that hangs in a tenth of the debates costs a batch one deadline, and hardly anything else."""

from collections.abc import Callable

import anyio
import pytest
from tests.simulation.clock import Clock

from moot import Agent, Completion, Debate, Question, Request, Result
from moot.agents.llm import LLM, Endpoint
from moot.agents.sim import Simulated
from moot.runs.batch import Batch, hold_batch
from moot.runs.journal import MemoryJournal
from moot.runs.runtime import LocalRuntime

DEBATES, DEADLINE_S, LATENCY_S = 200, 30.0, 10.0


class Straggler(Simulated):
    """Takes its time; over questions whose number ends in 7, at first for ever."""

    def __init__(self, endpoint: Endpoint, *, hangs: bool) -> None:
        super().__init__(endpoint.model)
        self._hangs = hangs and endpoint.model.endswith("=e")

    async def complete(self, request: Request) -> Completion:
        """Reply, or not."""
        hangs = self._hangs and request.turn == 0 and "7 * 24" in request.messages[-1].content
        await anyio.sleep(float("inf") if hangs else LATENCY_S)
        return await super().complete(request)


def took_s(*, hangs: bool, deadline: str) -> float:
    """How long the batch takes by a clock that jumps."""

    def opening(endpoint: Endpoint) -> LLM:
        return Straggler(endpoint, hangs=hangs)

    async def held() -> float:
        runtime = LocalRuntime(opening)
        agents = [Agent(name, f"sim/debater?family={name}") for name in "abcde"]
        policy = {"retries": 0, "timeout_s": DEADLINE_S, deadline: DEADLINE_S}
        debate = Debate(agents, protocol="society?rounds=2", policy=policy, seed=1)
        batch = Batch.of(debate, [Question(f"What is {n} * 24?", kind="number") for n in range(DEBATES)])
        results = list[Result]()
        await hold_batch(batch, MemoryJournal(), "r", runtime, concurrency=50, keep=results.append)
        assert len(results) == DEBATES
        lost = [turn for result in results for turn in result.turns if turn.status == "failed"]
        # five that hang at once open the breaker, which then refuses a few more calls of that model
        assert {turn.seat for turn in lost} == ({"e"} if hangs else set())
        assert len(lost) in (range(DEBATES // 10, DEBATES // 6) if hangs else [0])
        return anyio.current_time()

    return Clock().run(held, 1)


@pytest.mark.parametrize("deadline", ["timeout_s", "round_deadline_s"])
def test_a_straggler_never_stalls_a_batch(deadline: str, shown: Callable[..., None]) -> None:
    well, ill = took_s(hangs=False, deadline=deadline), took_s(hangs=True, deadline=deadline)
    shown(s_without_stragglers=well, s_with=ill)
    assert well == pytest.approx(DEBATES / 50 * 2 * LATENCY_S, rel=0.05)
    assert ill <= 1.2 * well + DEADLINE_S
