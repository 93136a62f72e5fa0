"""What every card owes its reader: a pitfall, where it is no more than a reconstruction, and how variants differ."""

import re
from typing import Any, get_args, get_type_hints

import pytest

from moot.cli.telling import parameters_of
from moot.protocols import catalogue

RECONSTRUCTED = {
    "corex_discuss", "corex_retrieve", "corex_review", "delphi", "devils_advocate",
    "eot_debate", "eot_memory", "eot_relay", "eot_report", "free_mad", "group_debate", "irving",
    "kenton_consultancy", "kenton_debate", "kenton_open_consultancy", "kenton_open_debate", "kenton_qa",
    "mad_conformist", "mad_follower", "mad_oracle", "madra", "prover_estimator", "s2mad", "self_moa", "self_moa_seq",
}  # fmt: skip
"""Made without the code and the text of the paper."""
DIFFERENT = {
    "abstain_compete", "chateval_one_by_one", "chateval_simultaneous", "chateval_summary", "cmd",
    "consensus_hybrid", "consensus_majority", "consensus_super", "consensus_unanimity",
    "diversity_prune", "du", "dylan", "ensemble_refinement", "khan_interactive", "khan_seq", "khan_sim",
    "macnet", "mad_liang", "mallm_debate", "mallm_memory", "mallm_relay", "mallm_report", "misconception_refute",
    "quality_prune", "reconcile", "self_refine", "som_gs", "vote_approval", "vote_cumulative", "vote_ranked",
    "vote_simple",
}  # fmt: skip
"""Of which paper and released code do not agree on how it is held."""


def meaning(protocol: str) -> str:
    """What is said of its variants, there or where it points to."""
    told = {name: words for name, _, words in parameters_of(catalogue()[protocol].function, skip=1)}["variant"]
    other = re.match(r"(?:As in|See) `(\w+)`", told)
    return told if other is None else meaning(other[1])


@pytest.mark.parametrize("protocol", catalogue())
def test_every_card_names_one_pitfall(protocol: str) -> None:
    assert len(re.findall(r"\bPitfall:\s", catalogue()[protocol].card.story)) == 1


def test_reconstructions_are_called_so_and_nothing_else_is() -> None:
    called = {name for name, entry in catalogue().items() if "econstruction" in entry.card.story}
    assert called == RECONSTRUCTED


def test_where_code_and_paper_differ_there_are_two_variants() -> None:
    assert {name for name, entry in catalogue().items() if "variant" in entry().values} == DIFFERENT


@pytest.mark.parametrize("protocol", sorted(DIFFERENT))
def test_a_card_says_how_its_variants_differ(protocol: str) -> None:
    hint: Any = get_type_hints(catalogue()[protocol].function)["variant"]
    assert set(get_args(hint)) == {"paper", "reference"}
    assert "`reference`" in meaning(protocol)
