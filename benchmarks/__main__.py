"""`python -m benchmarks [calls batch wall start growth store] [--quick] [--json]`: what moot costs, as a table."""

import argparse
import json
import sys
from collections.abc import Callable, Mapping

from benchmarks.batch import batch
from benchmarks.calls import calls
from benchmarks.growth import growth
from benchmarks.rows import Row, machine, show
from benchmarks.start import start
from benchmarks.store import store
from benchmarks.wall import wall

PIECES: Mapping[str, Callable[..., list[Row]]] = {
    "calls": calls,
    "batch": batch,
    "wall": wall,
    "start": start,
    "growth": growth,
    "store": store,
}


def main() -> None:
    """Measure the pieces that were named, or all."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="What moot costs, measured.")
    parser.add_argument("pieces", nargs="*", metavar="PIECE", help=f"of {', '.join(PIECES)}; all if none is named")
    parser.add_argument("--quick", action="store_true", help="small sizes, to see that everything works")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    given = parser.parse_args()
    unknown = [name for name in given.pieces if name not in PIECES]
    if unknown:
        parser.error(f"there is no piece {unknown[0]!r}; there are {', '.join(PIECES)}")
    before = machine()
    rows: list[Row] = []
    for name in given.pieces or PIECES:
        print(f"measuring {name}: {PIECES[name].__doc__}", file=sys.stderr)
        rows += PIECES[name](quick=given.quick)
    if given.json:
        print(json.dumps({"machine": before, "rows": [{**row.model_dump(), "ratio": row.ratio} for row in rows]}))
    else:
        show(rows)
        print(f"{before['cores']} cores, Python {before['python']}, load average at the start {before['load']}")


if __name__ == "__main__":
    main()
