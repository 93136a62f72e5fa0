"""Counts agree with an independent library, pref_voting: with what it said when it was asked (`make oracle`)."""

import json
from pathlib import Path
from typing import Any

import pytest

from moot.protocols.ballots import Approval, Ranking
from moot.protocols.decide.ranking import borda_count, schulze_count, transferable_count
from moot.protocols.decide.scoring import approval_count

TOLD: dict[str, Any] = json.loads(Path(__file__).with_name("winners.json").read_text())
RULES = {"borda": borda_count, "schulze": schulze_count, "transferable": transferable_count}


@pytest.mark.parametrize("rule", RULES)
def test_winners_of_ranked_ballots_are_the_same(rule: str) -> None:
    assert len(TOLD["ranked"]) == 300
    for row in TOLD["ranked"]:
        ballots = [Ranking(order=tuple(map(str, order))) for order in row["orders"]]
        names = [str(name) for name in range(len(row["orders"][0]))]
        assert sorted(map(int, RULES[rule](ballots, names).lead)) == row[rule], row


def test_winners_of_approval_ballots_are_the_same() -> None:
    assert len(TOLD["approved"]) == 300
    for row in TOLD["approved"]:
        count = approval_count([Approval(approved=tuple(ballot)) for ballot in row["ballots"]], "abcd")
        assert sorted(count.lead) == row["approval"], row
