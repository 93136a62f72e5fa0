"""Hold what many seeds stand for, each in three processes with hashes of their own, and check every world.

    python -m tests.simulation                 150 seeds, each in 3 processes, over all cores
    python -m tests.simulation --seeds 10000   more of them
    python -m tests.simulation --seed 17       one, and what it stands for

The last line is the summary. It ends with 1 where a promise was broken or a seed went two ways.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import zip_longest
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from tests.simulation.drawing import drawn
from tests.simulation.epilogue import violations
from tests.simulation.world import held

HASH_SEEDS = ("0", "1", "4711")
PART = 50
"""Seeds that one process holds."""


class Told(NamedTuple):
    """What came of a seed in one process."""

    seed: int
    digest: str
    statuses: str
    """As `decided,failed`."""
    broken: tuple[str, ...] = ()
    """Promises that did not hold."""

    def __str__(self) -> str:
        return "\t".join(
            [str(self.seed), self.digest, self.statuses, *(words.replace("\n", " ") for words in self.broken)]
        )

    @classmethod
    def read(cls, line: str) -> "Told":
        """What `str` wrote."""
        seed, digest, statuses, *broken = line.split("\t")
        return cls(int(seed), digest, statuses, tuple(broken))


def told(seed: int) -> Told:
    """Hold what a seed stands for."""
    plot = drawn(seed)
    with tempfile.TemporaryDirectory() as folder:
        try:
            story = held(plot, Path(folder))
            broken = violations(story)
            statuses = [result.status for result in story.results().values()]
            return Told(seed, story.digest, ",".join(statuses), tuple(broken))
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                raise
            where = traceback.extract_tb(error.__traceback__)[-1]
            return Told(seed, "", "", (f"raised {error!r} at {where.filename}:{where.lineno}"[:400],))


def elsewhere(seeds: range, hash_seed: str) -> list[Told]:
    """The same, in a process of its own with that seed of hashes."""
    command = [sys.executable, "-m", "tests.simulation", "--here", str(seeds.start), str(seeds.stop)]
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return [Told.read(line) for line in done.stdout.splitlines()]


def everywhere(seeds: range, again: int, cores: int) -> Iterator[list[Told]]:
    """Each seed in one process, and so many of the first in two more, where hashes are others."""
    with ThreadPoolExecutor(cores) as pool:
        parts = [
            [
                pool.submit(elsewhere, part, hash_seed)
                for hash_seed, to in zip(HASH_SEEDS, (len(seeds), again, again), strict=True)
                if (part := seeds[start : min(start + PART, to)])
            ]
            for start in range(0, len(seeds), PART)
        ]
        for processes in parts:
            for worlds in zip_longest(*(process.result() for process in processes)):
                yield [one for one in worlds if one is not None]


def summary(worlds: Iterable[list[Told]], began: float) -> tuple[str, bool]:
    """One line on all of them, and whether all is well; what is not is printed as it comes."""
    seeds = thrice = differing = broken = 0
    statuses = Counter[str]()
    for first, *others in worlds:
        differs = any(other != first for other in others)
        seeds, thrice = seeds + 1, thrice + bool(others)
        differing, broken = differing + differs, broken + bool(first.broken)
        statuses.update(filter(None, first.statuses.split(",")))
        words = [*first.broken, *(["it goes another way in another process"] if differs else [])]
        if words:
            print(
                f"seed {first.seed}: {'; '.join(words)}\n  again: python -m tests.simulation --seed {first.seed}",
                flush=True,
            )
    ended = ", ".join(f"{count} {status}" for status, count in statuses.most_common())
    line = (
        f"{seeds} seeds, {thrice} in {len(HASH_SEEDS)} processes: {broken} with a promise broken, {differing} differing"
    )
    return f"{line}; {statuses.total()} debates: {ended}; {perf_counter() - began:.0f} s", not (differing or broken)


def shown(seed: int) -> bool:
    """Hold one seed here, and print what happened."""
    print(drawn(seed))
    one = told(seed)
    print(f"{one.statuses}, digest {one.digest}", *one.broken, sep="\n  ")
    return not one.broken


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seeds", type=int, default=150, help="how many")
    parser.add_argument("--first", type=int, default=0, help="the first of them")
    parser.add_argument("--again", type=int, help="how many of them in two more processes; all, if not given")
    parser.add_argument("--seed", type=int, help="only this one, here")
    parser.add_argument("--cores", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--here", type=int, nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.here is not None:
        for seed in range(*given.here):
            print(told(seed), flush=True)
        return 0
    if given.seed is not None:
        return 0 if shown(given.seed) else 1
    seeds = range(given.first, given.first + given.seeds)
    again = given.seeds if given.again is None else given.again
    line, well = summary(everywhere(seeds, again, given.cores), perf_counter())
    print(line)
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
