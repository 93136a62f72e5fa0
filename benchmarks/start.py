"""From the start of a process to its first request: moot beside what it stands on."""

import os
import subprocess
import sys
import time
from statistics import median

from benchmarks.rows import Row, against
from benchmarks.server import MODEL, Server, served

_HELD = """
import sys, time, moot

def listen(event):
    if event.kind == "turn_ended":
        print(time.time(), flush=True)

agents = [moot.Agent(f"a{n}", sys.argv[1], api_base=sys.argv[2] or None) for n in range(3)]
moot.debate("What is 17 * 24?", agents, rounds=1, runtime=sys.argv[3], listen=listen)
"""
_IMPORTED = """
import os, time
os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
import litellm
print(time.time())
"""
_RAY = """
import logging, time, ray
ray.init(address="local", include_dashboard=False, log_to_driver=False, logging_level=logging.ERROR)
print(time.time())
"""
_SIMULATED = "sim/exact-zealot?init=408"
SIMULATED_S, LITELLM_S, RAY_S = 1.0, 0.5, 1.0


def start(*, quick: bool) -> list[Row]:
    """Seconds from the start of a Python process to the first reply or the first request at the server."""
    times = 1 if quick else 3
    simulated_s = _median(times, _HELD, _SIMULATED, "", "local")
    rows = [_row("local, simulated", simulated_s, None, ("≤ 1.0 s", SIMULATED_S))]
    if quick:
        return rows
    imported_s = _median(times, _IMPORTED)
    with served(keep=100) as server:
        asked_s = median(_arrival_s(server, "local") for _ in range(times))
        served_s = median(_arrival_s(server, "ray") for _ in range(times))
    ray_s = _median(times, _RAY)
    on_ray_s = _median(times, _HELD, _SIMULATED, "", "ray")
    return [
        *rows,
        _row("local, litellm", asked_s, imported_s, ("≤ import litellm + 0.5 s", imported_s + LITELLM_S)),
        _row("ray, simulated", on_ray_s, ray_s, ("≤ ray.init + 1 s", ray_s + RAY_S)),
        _row("ray, litellm", served_s, ray_s + imported_s, None),
    ]


def _row(subject: str, value: float, baseline: float | None, target: tuple[str, float] | None) -> Row:
    return Row(
        piece="start",
        case="3×1 complete",
        subject=subject,
        figure="s from process start",
        value=value,
        baseline=baseline,
        target="" if target is None else target[0],
        met="" if target is None else against(target[1], value),
        note="to its first reply" if "simulated" in subject else "to its first request at the server",
    )


def _median(times: int, program: str, *arguments: str) -> float:
    """Seconds until the program prints its first time."""
    return median(_first_time_s(program, *arguments) for _ in range(times))


def _first_time_s(program: str, *arguments: str) -> float:
    began = time.time()
    return float(_printed(program, *arguments).split()[0]) - began


def _arrival_s(server: Server, runtime: str) -> float:
    """Seconds until the first request of a debate is at the server."""
    server.reset()
    began = time.time()
    _printed(_HELD, MODEL, server.api_base, runtime)
    first: float = server.log()[0]["at"]
    return first - began


def _printed(program: str, *arguments: str) -> str:
    environment = {**os.environ, "OPENAI_API_KEY": "sk-stub"}
    command = [sys.executable, "-c", program, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if done.returncode:
        raise RuntimeError(f"a program failed:\n{done.stderr[-4000:]}")
    return done.stdout
