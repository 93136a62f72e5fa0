"""Asks an independent library, pref_voting, who wins: `make oracle` writes what it says to winners.json.

The library is in no extra of moot: it holds numpy below the version moot is tested with, and brings
a compiler. So it is asked in an environment of its own, and the tests compare with what it said.
"""

import importlib
import json
import random
import warnings
from importlib.metadata import version
from itertools import permutations
from pathlib import Path
from typing import Any

WINNERS = Path(__file__).with_name("winners.json")
PROFILES = 300
ORDERS = {many: list(permutations(range(many))) for many in (2, 3, 4, 5)}
NAMES = "abcd"


def ranked(library: dict[str, Any]) -> list[dict[str, Any]]:
    """Profiles of whole ballots over two to five candidates, small enough to tie often, and their winners."""
    told: list[dict[str, Any]] = []
    for number in range(PROFILES):
        lot = random.Random(number)
        orders = lot.choices(ORDERS[lot.choice((2, 3, 4, 5))], k=lot.randint(1, 9))
        profile = library["profiles"].Profile(orders)
        winners = {
            "borda": library["scoring_methods"].borda(profile),
            "schulze": library["margin_based_methods"].beat_path(profile),
            "transferable": library["iterative_methods"].instant_runoff_put(profile),
        }
        told.append({"orders": orders, **{rule: sorted(map(int, lead)) for rule, lead in winners.items()}})
    return told


def approved(library: dict[str, Any]) -> list[dict[str, Any]]:
    """Ballots that approve any number of candidates, and who leads; never all of them empty."""
    lot = random.Random(1)
    told: list[dict[str, Any]] = []
    while len(told) < PROFILES:
        ballots = [[name for name in NAMES if lot.random() < 0.5] for _ in range(lot.randint(1, 9))]
        if any(ballots):
            grades = [{name: int(name in ballot) for name in NAMES} for ballot in ballots]
            lead = library["grade_methods"].approval(library["grade_profiles"].GradeProfile(grades, [0, 1]))
            told.append({"ballots": ballots, "approval": sorted(lead)})
    return told


def ask() -> None:
    """Ask it all, and write it down."""
    parts = ("profiles", "scoring_methods", "margin_based_methods", "iterative_methods", "grade_profiles")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of its own
        library = {part: importlib.import_module(f"pref_voting.{part}") for part in (*parts, "grade_methods")}
        told = {"pref_voting": version("pref_voting"), "ranked": ranked(library), "approved": approved(library)}
    lines = [f'"pref_voting":{json.dumps(told["pref_voting"])}']
    for kind in ("ranked", "approved"):
        rows = ",\n".join(json.dumps(row, separators=(",", ":")) for row in told[kind])
        lines.append(f'"{kind}":[\n{rows}\n]')
    WINNERS.write_text("{" + ",\n".join(lines) + "}\n")


if __name__ == "__main__":
    ask()
