"""The shipped protocols, each under the name it is known by."""

from moot.protocols.catalogue.abstaining import abstain_compete, abstain_cooperate, proposals_of
from moot.protocols.catalogue.adversarial import ford, mad_liang, multi_persona
from moot.protocols.catalogue.anti_conformity import free_mad
from moot.protocols.catalogue.baselines import ensemble_refinement, reflexion, self_refine, single
from moot.protocols.catalogue.bounds import kenton_qa, khan_expert, khan_naive
from moot.protocols.catalogue.confidence import confmad, debunc_prompt
from moot.protocols.catalogue.consensus import (
    consensus_hybrid,
    consensus_majority,
    consensus_super,
    consensus_unanimity,
)
from moot.protocols.catalogue.consultancy import kenton_consultancy, kenton_open_consultancy, khan_consultancy
from moot.protocols.catalogue.councils import council, peer_discussion, peer_rank, reconcile
from moot.protocols.catalogue.debate_or_vote import (
    mad_centralised,
    mad_conformist,
    mad_decentralised,
    mad_follower,
    mad_oracle,
    mad_sparse,
)
from moot.protocols.catalogue.delphi import delphi
from moot.protocols.catalogue.dylan import dylan, importance_of, team_of
from moot.protocols.catalogue.electing import vote_approval, vote_cumulative, vote_ranked, vote_simple
from moot.protocols.catalogue.evaluation import (
    chateval_one_by_one,
    chateval_simultaneous,
    chateval_summary,
    devils_advocate,
    madra,
)
from moot.protocols.catalogue.exchange import eot_debate, eot_memory, eot_relay, eot_report
from moot.protocols.catalogue.groups import cmd, group_debate
from moot.protocols.catalogue.interventions import diversity_prune, misconception_refute, quality_prune
from moot.protocols.catalogue.khan import khan_interactive, khan_seq, khan_sim
from moot.protocols.catalogue.layered import moa, self_moa, self_moa_seq
from moot.protocols.catalogue.league import pro_con_league
from moot.protocols.catalogue.macnet import macnet
from moot.protocols.catalogue.mallm import mallm_collective, mallm_debate, mallm_memory, mallm_relay, mallm_report
from moot.protocols.catalogue.methods import dmad
from moot.protocols.catalogue.oversight import irving, kenton_debate, kenton_open_debate
from moot.protocols.catalogue.recursion import prover_estimator
from moot.protocols.catalogue.redundancy import s2mad
from moot.protocols.catalogue.reporting import nyu
from moot.protocols.catalogue.society import du, sequential, society
from moot.protocols.catalogue.society_of_minds import som_gs
from moot.protocols.catalogue.teams import corex_discuss, corex_retrieve, corex_review
from moot.protocols.catalogue.traits import machinesom
from moot.protocols.catalogue.voting import self_consistency, vote

__all__ = [
    "abstain_compete",
    "abstain_cooperate",
    "chateval_one_by_one",
    "chateval_simultaneous",
    "chateval_summary",
    "cmd",
    "confmad",
    "consensus_hybrid",
    "consensus_majority",
    "consensus_super",
    "consensus_unanimity",
    "corex_discuss",
    "corex_retrieve",
    "corex_review",
    "council",
    "debunc_prompt",
    "delphi",
    "devils_advocate",
    "diversity_prune",
    "dmad",
    "du",
    "dylan",
    "ensemble_refinement",
    "eot_debate",
    "eot_memory",
    "eot_relay",
    "eot_report",
    "ford",
    "free_mad",
    "group_debate",
    "importance_of",
    "irving",
    "kenton_consultancy",
    "kenton_debate",
    "kenton_open_consultancy",
    "kenton_open_debate",
    "kenton_qa",
    "khan_consultancy",
    "khan_expert",
    "khan_interactive",
    "khan_naive",
    "khan_seq",
    "khan_sim",
    "machinesom",
    "macnet",
    "mad_centralised",
    "mad_conformist",
    "mad_decentralised",
    "mad_follower",
    "mad_liang",
    "mad_oracle",
    "mad_sparse",
    "madra",
    "mallm_collective",
    "mallm_debate",
    "mallm_memory",
    "mallm_relay",
    "mallm_report",
    "misconception_refute",
    "moa",
    "multi_persona",
    "nyu",
    "peer_discussion",
    "peer_rank",
    "pro_con_league",
    "proposals_of",
    "prover_estimator",
    "quality_prune",
    "reconcile",
    "reflexion",
    "s2mad",
    "self_consistency",
    "self_moa",
    "self_moa_seq",
    "self_refine",
    "sequential",
    "single",
    "society",
    "som_gs",
    "team_of",
    "vote",
    "vote_approval",
    "vote_cumulative",
    "vote_ranked",
    "vote_simple",
]
