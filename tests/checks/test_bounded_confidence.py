"""Opinions that heed only what is near them (Hegselmann and Krause): as many clusters as the bound allows.

101 agents on an even grid hear everyone. After one round opinions differ by multiples of half a grid
step, so a bound on such a multiple would be decided by rounding; it is moved off by a trillionth.
"""

from itertools import pairwise

import pytest

from moot import Debate, Question
from moot.protocols import society

ASKED = Question("How far?", kind="number")
AGENTS = 101
KNOWN = [(0.085, 5, 12), (0.105, 3, 27), (0.185, 3, 10), (0.255, 1, 9)]


@pytest.mark.parametrize(("bound", "clusters", "rounds"), KNOWN)
def test_opinions_gather_in_clusters(bound: float, clusters: int, rounds: int) -> None:
    models = [f"sim/exact-hk?init={place / (AGENTS - 1):.2f}&eps={bound}000000001" for place in range(AGENTS)]
    result = Debate(models, "complete", society(rounds=50), stop="stable", seed=1).run(ASKED, runtime="local")
    ends = sorted(float(turn.answer or "nan") for turn in result.transcript.round(-1))
    gathered = [ends[0], *(end for before, end in pairwise(ends) if end - before > 1e-6)]
    assert len(gathered) == clusters
    assert result.rounds - 1 == rounds  # the first only states opinions
    assert gathered == pytest.approx([1 - end for end in reversed(gathered)], abs=1e-9)
    if bound == 0.105:
        assert gathered == pytest.approx([0.15669, 0.5, 0.84331], abs=5e-6)
