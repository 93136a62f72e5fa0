"""Wall time over the ideal, where replies take as long as replies do: lognormal, differently each time."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from benchmarks.rows import Row, against
from benchmarks.server import Server, served
from benchmarks.subject import Task, Who, measured
from benchmarks.workload import Size, debate
from moot.protocols import Pace
from moot.testing.behaviour import Latency
from moot.testing.steps import StubRequest

LATENCY = "lognormal:1:0.5"
QUICK_LATENCY = "lognormal:0.05:0.5"
COMPLETE = Size(agents=64, rounds=4, topology="complete")
RING = Size(agents=64, rounds=4, topology="ring?k=2")
LARGE = Size(agents=256, rounds=4, topology="ring?k=2")
CASES: tuple[tuple[Who, Size, Pace, float | None], ...] = (
    ("litellm", COMPLETE, "round", None),
    ("local", COMPLETE, "round", 1.06),
    ("ray-cores", COMPLETE, "round", 1.03),
    ("litellm", RING, "round", None),
    ("local", RING, "round", 1.06),
    ("local", RING, "free", 1.03),
    ("local", LARGE, "free", 1.03),
    ("ray-cores", LARGE, "free", 1.03),
)
QUICK_CASES: tuple[tuple[Who, Size, Pace, float | None], ...] = (
    ("local", Size(agents=6, rounds=2, topology="ring"), "free", None),
)
_AGENT = re.compile(r"<persona>agent (\d+)</persona>")
_ROUND = re.compile(r"This is round (\d+)\.")


def wall(*, quick: bool) -> list[Row]:
    """Wall over the sum of each round's slowest call, or, at a free pace, over the longest path of waits."""
    latency = QUICK_LATENCY if quick else LATENCY
    rows: list[Row] = []
    with served(latency=latency, keep=10_000) as server:
        for who, size, pace, limit in QUICK_CASES if quick else CASES:
            server.reset()
            task = Task(who=who, sizes=(size,), api_base=server.api_base, pace=pace)
            took_s = measured([task])[0][0].wall_s
            ideal_s = _ideal_s(server, size, Latency.of(latency), pace)
            over = took_s / ideal_s
            rows.append(
                Row(
                    piece="wall",
                    case=str(size),
                    subject=who,
                    figure=f"s, pace {pace}",
                    value=took_s,
                    baseline=ideal_s,
                    target="" if limit is None else f"≤ {limit} × ideal",
                    met="" if limit is None else against(limit, over),
                    note="baseline: the ideal by round" if pace == "round" else "baseline: the ideal without rounds",
                )
            )
    return rows


def _ideal_s(server: Server, size: Size, latency: Latency, pace: Pace) -> float:
    """The least time the debate could have taken with the latencies its calls had."""
    asked = server.log()[-size.calls :]  # what came before was to warm up
    took_s = {_place(entry): latency.of_request(_request(entry)) for entry in asked}
    if pace == "round":
        return sum(max(took_s[agent, round] for agent in range(size.agents)) for round in range(size.rounds))
    return longest_path_s(debate(size, "sim/exact-zealot?init=1").topology.heard_by, size, took_s)


def longest_path_s(hears: Callable[[int], Sequence[int]], size: Size, took_s: dict[tuple[int, int], float]) -> float:
    """When the last turn is over, if each waits only for its own and its heard neighbours' previous turns."""
    over = [0.0] * size.agents
    for round in range(size.rounds):
        before = over
        over = [
            max([before[agent], *(before[peer] for peer in hears(agent))] if round else [0.0]) + took_s[agent, round]
            for agent in range(size.agents)
        ]
    return max(over)


def _place(entry: dict[str, Any]) -> tuple[int, int]:
    """Whose turn a request was, and of which round."""
    text = "\n".join(message["content"] for message in entry["body"]["messages"])
    agent, rounds = _AGENT.search(text), _ROUND.findall(text)
    assert agent is not None
    return int(agent[1]), int(rounds[-1])


def _request(entry: dict[str, Any]) -> StubRequest:
    messages = tuple((message["role"], message["content"]) for message in entry["body"]["messages"])
    return StubRequest(entry["model"], messages, entry["body"], entry["headers"], None, entry["number"])
