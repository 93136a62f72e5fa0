"""CPU and memory of processes, read from /proc: our own and all that we started (Linux only)."""

import os
import time
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")
_PROC = Path("/proc")


def family(root: int) -> dict[int, str]:
    """A process and all that descend from it, each with what it is: driver, llm or ray.

    Args:
        root: Its id; its descendants are LLM actors or the rest of Ray.
    """
    children: defaultdict[int, list[int]] = defaultdict(list)
    for entry in _PROC.iterdir():
        if entry.name.isdecimal() and (fields := _stat(int(entry.name))):
            children[int(fields[1])].append(int(entry.name))
    found = {root: "driver"}
    left = [root]
    while left:
        for child in children[left.pop()]:
            found[child] = "llm" if "LLMHost" in _command(child) else "ray"
            left.append(child)
    return found


def cpu_s(pids: Mapping[int, str]) -> dict[int, float]:
    """CPU seconds that each process has used; of this one to the microsecond, of others to the tick."""
    used: dict[int, float] = {}
    for pid in pids:
        if pid == os.getpid():
            used[pid] = time.process_time()
        elif fields := _stat(pid):
            used[pid] = (int(fields[11]) + int(fields[12])) / _TICK
    return used


def peak_mb(pid: int) -> float:
    """The most memory a process has held, shared pages included; 0 where it has ended."""
    try:
        lines = (_PROC / str(pid) / "status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), 0.0)


def by_kind(pids: Mapping[int, str], amounts: Mapping[int, float]) -> dict[str, float]:
    """The amounts summed over the processes of each kind."""
    sums: defaultdict[str, float] = defaultdict(float)
    for pid, amount in amounts.items():
        sums[pids[pid]] += amount
    return dict(sums)


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat after the name, which may hold blanks; empty where it has ended."""
    try:
        return (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _command(pid: int) -> str:
    try:
        return (_PROC / str(pid) / "cmdline").read_text()
    except OSError:
        return ""
