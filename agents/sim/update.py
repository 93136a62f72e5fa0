"""How a simulated debater changes its mind: a logit choice with social utility.

    U'(k) = U(k) + omega·[k was its own answer] + eta·(sum of weights of peers for k)^s
            + sigma·z(prompt, k) - delta·[k is right] + kappa·log(1 + reasons for k where right)
            + first_bias·[k is listed first]

after Brock and Durlauf's binary choice with social interactions. Nothing is remembered between
calls: its own earlier answer and its peers' stand in the prompt or do not count.
"""

from collections.abc import Mapping, Sequence
from math import exp, log, log1p
from typing import NamedTuple

from moot.agents.sim.beliefs import beliefs, newcomer, persona_effect
from moot.agents.sim.debater import Debater
from moot.agents.sim.draws import Draws
from moot.agents.sim.reader import Heard, Reading
from moot.agents.sim.world import Item

USER = "user"
"""Author of a message that counts as the user's hint, not as a peer's reply."""
OPPOSED = 8.0
"""What a speaker for the negative side takes from each answer of the other side. A choice."""


class Thought(NamedTuple):
    """Answers and the utility of each, in logits at temperature 1."""

    answers: tuple[str, ...]
    utilities: tuple[float, ...]

    def chance_of(self, answer: str) -> float:
        """The share of belief that an answer has."""
        top = max(self.utilities)
        masses = [exp(utility - top) for utility in self.utilities]
        return masses[self.answers.index(answer)] / sum(masses)


def thought(reading: Reading, item: Item, debater: Debater, prompt_key: bytes) -> Thought:
    """What a debater thinks of each answer, having read the prompt.

    Args:
        reading: What the prompt tells.
        item: The question as the world knows it.
        debater: Its parameters.
        prompt_key: Stands for the prompt and the model without the seed: the same prompt sways it
            the same way in every sample.
    """
    mind, own = debater.mind, reading.answer
    utilities = dict(zip(item.answers, beliefs(item, mind), strict=True))
    if reading.persona:
        for answer, effect in zip(item.answers, persona_effect(item, reading.persona), strict=True):
            utilities[answer] += effect
    said = [peer for peer in reading.peers if peer.answer is not None]
    # candidates are answers, or words about the debate that nobody believes in
    listed = () if reading.asked.form == "words" else reading.candidates
    for met in (own, *(peer.answer for peer in said), *listed):
        if met is not None and met not in utilities:
            utilities[met] = newcomer(item, mind, met)
    if reading.options and reading.options[0] in utilities:
        utilities[reading.options[0]] += debater.first_bias
    hints = [peer.answer for peer in said if peer.author == USER]
    for hint in hints:
        utilities[str(hint)] += debater.hint
    peers = [peer for peer in said if peer.author != USER] if hints else said
    if own is not None or len(reading.peers) > len(hints) or reading.challenged or reading.round:
        _revise(utilities, reading, item, debater, peers)
        sway = Draws(prompt_key)
        for answer in utilities:
            utilities[answer] += debater.sigma * sway.normal()
    return Thought(tuple(utilities), tuple(utilities.values()))


def _revise(
    utilities: dict[str, float], reading: Reading, item: Item, debater: Debater, peers: Sequence[Heard]
) -> None:
    """Add what its own earlier answer, its peers and having to think again do."""
    if (own := reading.answer) is not None:
        utilities[own] += debater.challenge if reading.challenged else debater.omega
    if item.truth in utilities:
        utilities[item.truth] -= debater.delta
        if debater.kappa:
            utilities[item.truth] += debater.kappa * log1p(sum(p.reasons for p in peers if p.answer == item.truth))
    for answer, weight in support(peers, debater).items():
        if reading.role == "negative":
            utilities[answer] -= OPPOSED
        else:
            utilities[answer] += debater.eta * weight**debater.s


def support(peers: Sequence[Heard], debater: Debater) -> Mapping[str, float]:
    """The summed weight of the peers behind each answer.

    A peer weighs 1, more where it states more confidence or gives more reasons than the others
    shown, times the trust in its name and the weight of the edge.
    """
    total: dict[str, float] = {}
    confidences = [_logit(peer.confidence) for peer in peers if peer.confidence is not None]
    confident = sum(confidences) / len(confidences) if confidences else 0.0
    reasoned = sum(peer.reasons for peer in peers) / len(peers) if peers else 0.0
    for peer in peers:
        sure = 0.0 if peer.confidence is None else debater.rho_c * (_logit(peer.confidence) - confident)
        weight = exp(sure + debater.rho_r * (peer.reasons - reasoned)) * debater.trust.get(peer.author, 1.0)
        if peer.weight is not None:
            weight *= max(peer.weight, 0.0)
        if peer.author in debater.authority:
            weight += debater.alpha
        total[str(peer.answer)] = total.get(str(peer.answer), 0.0) + weight
    return total


def chosen(view: Thought, temperature: float, top_p: float | None, draws: Draws) -> str:
    """One answer: a sample of the softmax at a temperature, greedy at 0.

    Args:
        view: Answers and utilities.
        temperature: At least 0.
        top_p: Only the likeliest answers that together reach this share are sampled from.
        draws: One Gumbel draw is taken per answer.
    """
    kept = _nucleus(view.utilities, temperature, top_p) if top_p is not None and top_p < 1 else None
    best, highest = view.answers[0], float("-inf")
    for place, (answer, utility) in enumerate(zip(*view, strict=True)):
        noisy = utility + temperature * draws.gumbel() if temperature else utility
        if noisy > highest and (kept is None or place in kept):
            best, highest = answer, noisy
    return best


def strongest_wrong(item: Item, debater: Debater) -> str:
    """The wrong answer it finds strongest; where nothing is true, the answer it finds weakest."""
    known = dict(zip(item.answers, beliefs(item, debater.mind), strict=True))
    if item.truth is None:
        return min(known, key=known.__getitem__)
    return max((answer for answer in known if answer != item.truth), key=known.__getitem__)


def _nucleus(utilities: Sequence[float], temperature: float, top_p: float) -> frozenset[int]:
    """The places of the likeliest answers that together reach `top_p`."""
    top, scale = max(utilities), max(temperature, 1e-6)
    masses = [exp((utility - top) / scale) for utility in utilities]
    kept: set[int] = set()
    reached, wanted = 0.0, top_p * sum(masses)
    for place in sorted(range(len(masses)), key=masses.__getitem__, reverse=True):
        if reached >= wanted:
            break
        kept.add(place)
        reached += masses[place]
    return frozenset(kept)


def _logit(share: float) -> float:
    bounded = min(max(share, 0.01), 0.99)
    return log(bounded / (1 - bounded))
