"""Rating those who debate, answer or judge, by what they said: strengths, weights, importance, rewards.

`bradley_terry` for tournaments, `peer_rank` for models that review each other, `importance` for
layered debates whose agents score what they read, `judge_reward` for judges who state probabilities,
`margin_games` for judges who say by how much a side won, `abstention` for answers given or withheld,
`spread` for words that one agent plants and others repeat.
"""

from moot.protocols.rating.abstention import Abstention, Proposal, abstention
from moot.protocols.rating.bradley_terry import Pairing, Strengths, bradley_terry
from moot.protocols.rating.importance import Reply, importance, peer_scores, score_weights, team
from moot.protocols.rating.margins import margin_games, soft_score
from moot.protocols.rating.peer_rank import Judgment, PeerRank, peer_rank, reviewer_weights, verdict, win_rates
from moot.protocols.rating.reward import judge_reward, judged_right
from moot.protocols.rating.spread import Passing, Spread, spread

__all__ = [
    "Abstention",
    "Judgment",
    "Pairing",
    "Passing",
    "PeerRank",
    "Proposal",
    "Reply",
    "Spread",
    "Strengths",
    "abstention",
    "bradley_terry",
    "importance",
    "judge_reward",
    "judged_right",
    "margin_games",
    "peer_rank",
    "peer_scores",
    "reviewer_weights",
    "score_weights",
    "soft_score",
    "spread",
    "team",
    "verdict",
    "win_rates",
]
