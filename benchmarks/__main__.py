"""CPU per LLM call of whole simulated debates in this process, beside the simulated model called alone."""

import time

import anyio

import moot
from moot.agents.records import Message, Request
from moot.agents.sim import Simulated
from moot.runs.debate import Debate

SIZES = ((3, 2, "complete"), (16, 4, "complete"), (64, 4, "ring"))


def alone(calls: int) -> float:
    """CPU seconds per call of the simulated model with a short prompt."""
    llm = Simulated("sim/exact")
    message = Message(role="user", content='<question kind="number">\nWhat is 17 * 24?\n</question>\nThis is round 0.')

    async def ask() -> None:
        for place in range(calls):
            await llm.complete(
                Request(key=str(place), model="sim/exact-zealot?init=408", messages=(message,), seed=place)
            )

    started = time.process_time()
    anyio.run(ask)
    return (time.process_time() - started) / calls


def debated(agents: int, rounds: int, topology: str, debates: int) -> float:
    """CPU seconds per call of whole debates."""
    question = moot.Question("What is 17 * 24?", kind="number")
    debate = Debate(["sim/exact-zealot?init=408"] * agents, topology, "society", rounds=rounds, seed=1)
    debate.run(question, runtime="local")
    started = time.process_time()
    for _ in range(debates):
        debate.run(question, runtime="local")
    return (time.process_time() - started) / (debates * agents * rounds)


def main() -> None:
    """Print a table; the baseline is the simulated model called alone."""
    baseline = alone(2000)
    print(f"simulated model alone: {baseline * 1e6:.0f} µs a call")
    for agents, rounds, topology in SIZES:
        cost = debated(agents, rounds, topology, max(2, 600 // (agents * rounds)))
        print(f"{agents}×{rounds} {topology}: {cost * 1e6:.0f} µs a call, {cost / baseline:.1f} times the baseline")


if __name__ == "__main__":
    main()
